// `npm test`: prepares a clone where needed, checks the sources, runs the tests with coverage.
// `npm run test:sillytavern`: the end-to-end tests with the real client. `npm run test:page`: the page in a real browser.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs';

const sillytavern = process.argv.includes('--sillytavern');
const page = process.argv.includes('--page');

ensureInstalled();
ensureBuilt();

/** @param {readonly string[]} args */
function node(args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const statuses = sillytavern
  ? [node([vitest, 'run', '--config', 'test/e2e/vitest.config.ts'])]
  : page
    ? [node([vitest, 'run', '--config', 'test/e2e/page/vitest.config.ts'])]
    : [node([join(root, 'scripts', 'check.mjs')]), node([vitest, 'run', '--coverage'])];
process.exit(Math.max(...statuses));
