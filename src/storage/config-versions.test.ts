import { chmod, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { temporaryFolder } from '../../test/support/harness.ts';
import { versionedFile } from './config-versions.ts';
import type { VersionedFile } from './config-versions.ts';

async function setUp(): Promise<{ folder: string; path: string; clock: FakeClock; file: VersionedFile }> {
  const folder = await temporaryFolder();
  const path = join(folder, 'config.yaml');
  const clock = new FakeClock();
  return { folder, path, clock, file: versionedFile(path, join(folder, 'versions'), clock) };
}

describe('the file', () => {
  it('is empty where there is none, and made when it is written', async () => {
    const { folder, path, clock } = await setUp();
    const file = versionedFile(join(folder, 'new', 'config.yaml'), join(folder, 'versions'), clock);
    expect(await file.read()).toBe('');
    await file.write('a: 1\n');
    expect(await file.read()).toBe('a: 1\n');
    expect((await stat(join(folder, 'new', 'config.yaml'))).mode & 0o777).toBe(0o600);
    expect(await file.versions()).toEqual([]);
    expect(path).not.toBe('');
  });

  it('keeps its permissions, and a link stays a link', async () => {
    const { folder, path, file } = await setUp();
    await writeFile(join(folder, 'real.yaml'), 'old');
    await chmod(join(folder, 'real.yaml'), 0o640);
    await symlink(join(folder, 'real.yaml'), path);
    await file.write('new');
    expect(await readFile(join(folder, 'real.yaml'), 'utf8')).toBe('new');
    expect((await stat(join(folder, 'real.yaml'))).mode & 0o777).toBe(0o640);
  });

  it('stays as it was when it can not be replaced, with nothing left beside it', async () => {
    const { folder, path, file } = await setUp();
    await mkdir(path);
    await expect(file.read()).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(file.write('x')).rejects.toMatchObject({ code: 'EISDIR' });
    // The name of a draft is longer.
    const long = versionedFile(join(folder, 'c'.repeat(230)), join(folder, 'versions'), new FakeClock());
    await expect(long.write('x')).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
    expect(await readdir(folder)).toEqual(['config.yaml']);
  });
});

describe('its versions', () => {
  it('are what it said before, newest first, for its user only', async () => {
    const { folder, clock, file } = await setUp();
    await file.write('one');
    await file.write('two');
    await clock.advance(1_000);
    await file.write('three');
    const versions = await file.versions();
    expect(versions.map(({ savedAt }) => savedAt - clock.wallMs())).toEqual([0, -1_000]);
    expect(await file.readVersion(versions[0]?.id ?? '')).toBe('two');
    expect(await file.readVersion(versions[1]?.id ?? '')).toBe('one');
    expect((await stat(join(folder, 'versions', `${versions[0]?.id}.yaml`))).mode & 0o777).toBe(0o600);
  });

  it('are fifty at most', async () => {
    const { clock, file } = await setUp();
    for (let count = 0; count < 54; count += 1) {
      await file.write(String(count));
      await clock.advance(1);
    }
    expect((await file.versions()).length).toBe(50);
  });

  it.each(['0', '../config', '1767225605000', ''])('are not "%s"', async (id) => {
    const { path, file } = await setUp();
    await writeFile(path, 'secret');
    expect(await file.readVersion(id)).toBeUndefined();
  });
});
