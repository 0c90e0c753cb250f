// The licence texts of every package that ended up inside the bundle, as their licences ask for.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const packageFolder = /^node_modules\/((?:@[^/]+\/)?[^/]+)/;

/**
 * @param {readonly string[]} inputs the files in the bundle, relative to the root
 * @param {string} root
 * @returns {string} name, version, licence and licence text of each package, by name
 */
export function licencesOf(inputs, root) {
  const names = new Set(inputs.flatMap((input) => packageFolder.exec(input)?.[1] ?? []));
  return [...names]
    .sort()
    .map((name) => {
      const folder = join(root, 'node_modules', name);
      const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file
        ? readFileSync(join(folder, file), 'utf8').trim()
        : '(no licence file in the package)';
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
