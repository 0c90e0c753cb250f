// Builds the page (dashboard/) into dist/page/, each file also packed, so that it need not be packed again for every visitor.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { build } from 'vite';
import { root } from './ensure.mjs';

/** All scripts and styles together, packed. */
const MOST_BYTES = 350_000;

/** @returns {Promise<string[]>} the files the page is made of, relative to the root */
export async function buildPage() {
  const result = await build({ configFile: join(root, 'dashboard', 'vite.config.ts'), logLevel: 'warn' });
  const output = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
  const folder = join(root, 'dist', 'page', 'page');
  let bytes = 0;
  for (const name of readdirSync(folder)) {
    const packed = gzipSync(readFileSync(join(folder, name)), { level: constants.Z_BEST_COMPRESSION });
    writeFileSync(join(folder, `${name}.gz`), packed);
    bytes += packed.length;
  }
  if (bytes > MOST_BYTES) throw new Error(`The page has grown to ${bytes} bytes, more than ${MOST_BYTES}.`);
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  return modules.map((id) => relative(root, id).split(sep).join('/'));
}
