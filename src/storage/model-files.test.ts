import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { modelFile } from './model-files.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'first-hop-models-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const list = Buffer.from('{"data":[{"id":"m"}]}');

describe('a remembered list of models', () => {
  it('survives a restart, for its own upstream only', async () => {
    const path = join(folder(), 'data', 'deep');
    await modelFile(path, 'http://a.example').remember(list);
    await expect(modelFile(path, 'http://a.example').recall()).resolves.toEqual(list);
    await expect(modelFile(path, 'http://b.example').recall()).resolves.toBeUndefined();
  });

  it('does not write its upstream’s address to disk', async () => {
    const path = folder();
    await modelFile(path, 'http://user:secret@a.example?key=secret').remember(list);
    expect(readdirSync(path).join()).toMatch(/^models-[0-9a-f]{32}\.json$/);
  });

  it('is replaced by a newer one, and not written again when it is the same', async () => {
    const path = folder();
    const memory = modelFile(path, 'http://a.example');
    await memory.remember(list);
    rmSync(path, { recursive: true });
    await memory.remember(Buffer.from(list));
    expect(() => readdirSync(path)).toThrow('ENOENT');

    const newer = Buffer.from('{"data":[]}');
    await memory.remember(newer);
    await expect(modelFile(path, 'http://a.example').recall()).resolves.toEqual(newer);
  });

  it('is kept in memory where it can not be written', async () => {
    const file = join(folder(), 'a-file');
    writeFileSync(file, '');
    const memory = modelFile(file, 'http://a.example');
    await expect(memory.remember(list)).resolves.toBeUndefined();
    await expect(memory.recall()).resolves.toEqual(list);
  });
});
