// Bundles src/ into dist/: the program, the worker of text rules, no runtime dependencies, lazily loaded parts as chunks
// of their own; then the page.
import { build } from 'esbuild';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage } from './build-page.mjs';
import { root } from './ensure.mjs';
import { licencesOf } from './licences.mjs';

const outdir = join(root, 'dist');
rmSync(outdir, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts', 'rewrite-worker': 'src/rewrite/worker-entry.ts' },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  metafile: true,
  logLevel: 'warning',
  // CommonJS packages inside an ESM bundle call require() for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
});
const pageInputs = await buildPage();
writeFileSync(
  join(outdir, 'THIRD-PARTY-LICENCES.txt'),
  licencesOf([...Object.keys(result.metafile.inputs), ...pageInputs], root),
);
