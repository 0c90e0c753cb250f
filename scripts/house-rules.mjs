// The rules of docs/architecture.md that no linter knows: what may be used where, and how long files may grow.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from './ensure.mjs';

const MAX_FILE_LINES = 300;

/** @type {ReadonlyArray<{ pattern: RegExp, allowedIn: RegExp, because: string }>} */
const bans = [
  {
    pattern:
      /\b(?:setTimeout|setInterval|setImmediate|Date\.now|new Date\(\)|performance\.now|Math\.random)\b/,
    allowedIn: /^src\/std\/clock\.ts$/,
    because:
      'time and chance come from the Clock that is handed in (src/std/clock.ts), so that no test waits',
  },
  {
    pattern: /\bfetch\(|from 'undici'|\bhttps?\.(?:request|get)\(/,
    allowedIn: /^src\/upstream\//,
    because: 'only src/upstream/ opens sockets outward',
  },
  {
    pattern: /from '(?:ioredis|pg|node:sqlite|@photostructure\/sqlite)'/,
    allowedIn: /^src\/storage\//,
    because: 'drivers are loaded in src/storage/ only',
  },
  {
    pattern: /\bconsole\.|\bprocess\.std(?:out|err)\b/,
    allowedIn: /^src\/std\/log\.ts$|^src\/main\.ts$/,
    because: 'write through the Log that is handed in (src/std/log.ts)',
  },
  {
    pattern: /\bprocess\.env\b/,
    allowedIn: /^src\/main\.ts$|^src\/config\//,
    because: 'the environment is read in src/main.ts and src/config/ only',
  },
  {
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/,
    allowedIn: /^$/,
    because: 'what is not done belongs in an issue',
  },
];

/** @param {string} folder @returns {string[]} */
function sourcesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sourcesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

const problems = sourcesBelow(join(root, 'src'))
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const path = relative(root, file).split(sep).join('/');
    const lines = readFileSync(file, 'utf8').split('\n');
    const isTest = path.endsWith('.test.ts');
    const found = isTest
      ? []
      : lines.flatMap((line, index) =>
          bans
            .filter(
              (ban) => !ban.allowedIn.test(path) && ban.pattern.test(line.replace(/\/\/.*|^\s*\*.*/, '')),
            )
            .map((ban) => `${path}:${index + 1}: ${ban.because}`),
        );
    if (!isTest && !lines[0]?.startsWith('//'))
      found.push(`${path}:1: a file opens with a sentence on what lives here`);
    if (lines.length - 1 > MAX_FILE_LINES)
      found.push(`${path}: ${lines.length - 1} lines, more than ${MAX_FILE_LINES}`);
    return found;
  });

for (const problem of problems) console.error(problem);
process.exit(problems.length === 0 ? 0 : 1);
