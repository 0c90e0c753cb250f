// Bundles the worker of text rules once before the tests, since Node 20 does not run TypeScript.
import { build } from 'esbuild';
import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REWRITE_WORKER } from './rewrite-worker.ts';

/** Several runs may do so at once, so the file appears whole. */
export default async function setup(): Promise<void> {
  const file = fileURLToPath(REWRITE_WORKER);
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/rewrite/worker-entry.ts', import.meta.url))],
    outfile: own,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  renameSync(own, file);
}
