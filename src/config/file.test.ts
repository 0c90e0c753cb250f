import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatProblem } from './explain.ts';
import { loadConfigFile } from './file.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-hop-config-'));
  await writeFile(join(folder, 'good.yaml'), '\uFEFFserver:\r\n  port: 9000\r\n');
  await writeFile(join(folder, 'utf16.yaml'), Buffer.from('\uFEFFserver:\n', 'utf16le'));
  await writeFile(join(folder, 'bad.yaml'), 'server: {port: x}\n');
});
afterAll(() => rm(folder, { recursive: true }));

describe('loadConfigFile', () => {
  it('reads a file, with the byte order mark and line ends of Windows', async () => {
    const result = await loadConfigFile(join(folder, 'good.yaml'), {});
    expect(result).toMatchObject({ kind: 'valid', config: { server: { port: 9000 } }, problems: [] });
  });

  it.each([
    ['none.yaml', ': this file does not exist'],
    ['.', ': this is a folder, not a file'],
    ['good.yaml/x', ': this file cannot be read (ENOTDIR)'],
    ['utf16.yaml', ': this file is not UTF-8 text; save it as UTF-8 in your editor'],
    ['bad.yaml', ':1:16 server.port: "x" is not a whole number from 0 to 65535'],
  ])('says what is wrong with %s', async (name, words) => {
    const path = join(folder, name);
    const result = await loadConfigFile(path, {});
    expect(result.kind).toBe('invalid');
    expect(result.problems.map(formatProblem)).toEqual([path + words]);
  });
});
