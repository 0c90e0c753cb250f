// `npm run check`: everything that can be said about the sources without running them. Runs all checks and
// reports every failing one.
import { spawnSync } from 'node:child_process';
import { ensureInstalled, root } from './ensure.mjs';
import { join } from 'node:path';

ensureInstalled();

/** Tool, then its arguments; the tools are this project's own. @type {ReadonlyArray<readonly [string, ...string[]]>} */
const checks = [
  ['typescript/bin/tsc', '--noEmit'],
  ['typescript/bin/tsc', '--noEmit', '--project', 'dashboard'],
  ['oxlint/bin/oxlint', '--type-aware', '--deny-warnings'],
  ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
  ['dependency-cruiser/bin/dependency-cruise.mjs', 'src', '--config', '.dependency-cruiser.mjs'],
  ['knip/bin/knip.js'],
  ['../scripts/house-rules.mjs'],
];

const failed = checks.filter(([tool, ...args]) => {
  const label = `${tool.split('/')[0] === '..' ? 'house-rules' : tool.split('/')[0]}`;
  console.log(`check: ${label}`);
  return (
    spawnSync(process.execPath, [join(root, 'node_modules', tool), ...args], { cwd: root, stdio: 'inherit' })
      .status !== 0
  );
});
if (failed.length > 0) {
  console.error(`check: ${failed.length} of ${checks.length} failed`);
  process.exit(1);
}
