import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatProblem } from './explain.ts';
import { loadConfigFile } from './file.ts';
import { configJsonSchema, optionRows } from './json-schema.ts';
import { optionsPage, schemaFile } from './reference.ts';

const root = join(import.meta.dirname, '..', '..');

describe('what is generated from the schema', () => {
  it.each([
    ['docs/options.md', optionsPage],
    ['config.schema.json', schemaFile],
  ])('%s is current (npm run docs writes it)', async (file, generate) => {
    expect(await readFile(join(root, file), 'utf8')).toBe(generate());
  });

  it('says a sentence about every option', () => {
    const silent = optionRows(configJsonSchema).filter(({ schema }) => !schema.description?.endsWith('.'));
    expect(silent).toEqual([]);
  });

  it('leaves no value undescribed', () => {
    expect(optionsPage()).not.toMatch(/undefined|\[object/);
  });
});

describe('config.example.yaml', () => {
  it('is valid and names the schema for editors', async () => {
    const path = join(root, 'config.example.yaml');
    const result = await loadConfigFile(path, {});
    expect(result.problems.map(formatProblem)).toEqual([]);
    expect(await readFile(path, 'utf8')).toMatch(
      /^# yaml-language-server: \$schema=\.\/config\.schema\.json\n/,
    );
  });
});
