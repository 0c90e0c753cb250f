// Runs a TypeScript file of this project on any Node it supports: node scripts/run.mjs FILE [ARGS…]
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
const { build } = await import('esbuild');

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node scripts/run.mjs FILE [ARGS…]');
  process.exit(2);
}
const folder = join(root, 'node_modules', '.cache', 'first-hop');
mkdirSync(folder, { recursive: true });
const outfile = join(folder, `${basename(file, '.ts')}-${process.pid}.mjs`);
await build({
  absWorkingDir: root,
  entryPoints: [file],
  outfile,
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.once('exit', () => rmSync(outfile, { force: true }));
process.argv = [process.execPath, outfile, ...args];
await import(pathToFileURL(outfile).href);
