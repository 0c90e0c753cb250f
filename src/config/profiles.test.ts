import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { formatProblem } from './explain.ts';
import { readConfig } from './load.ts';
import { asProfile, isListed, profileFile, profileNames } from './profiles.ts';

it('the file of a profile stands beside the main file', () => {
  expect(profileFile(join('folder', 'main.yaml'), 'night')).toBe(join('folder', 'config-night.yaml'));
});

it('profiles are those that have a file, the main one not among them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'first-hop-profiles-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = ['config-b.yaml', 'config-a.yaml', 'config-main.yaml', 'config-.yaml', 'config-x y.yaml'];
  for (const name of [...files, 'config-old.yaml.bak', 'other.yaml']) await writeFile(join(folder, name), '');
  expect(await profileNames(join(folder, 'config-main.yaml'))).toEqual(['a', 'b']);
  expect(await profileNames(join(folder, 'missing', 'config.yaml'))).toEqual([]);
});

it('only a file of exactly this name counts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'first-hop-profiles-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'config-night.yaml'), '');
  const listed = (...path: readonly string[]): Promise<boolean> => isListed(join(folder, ...path));
  expect(await listed('config-night.yaml')).toBe(true);
  // On systems that take both for the same file, opening this one would work.
  expect(await listed('config-Night.yaml')).toBe(false);
  expect(await listed('missing', 'config-night.yaml')).toBe(false);
});

it('what belongs to the process is left out, and said to have no effect', () => {
  const read = readConfig('server: {port: 1}\nerror_logging: {folder: x}\nodd: 1', 'p.yaml', {}, []);
  const profile = asProfile(read, 'p.yaml');
  expect(profile).toMatchObject({
    config: { server: { port: 8765 }, error_logging: { folder: 'logs/errors' } },
  });
  expect(profile.problems.map(formatProblem)).toEqual([
    'p.yaml:3:1 (warning) odd: is not a key of First Hop and has no effect',
    'p.yaml (warning): server.port, error_logging.folder: has no effect in a profile, only in the main file',
  ]);
});

it('one that keeps to itself, and one that is broken, are as they were read', () => {
  for (const text of ['error_handling: {max_retries: 1}', 'error_handling: {max_retries: x}']) {
    const read = readConfig(text, 'p.yaml', {}, []);
    expect(asProfile(read, 'p.yaml')).toEqual(read);
  }
});
