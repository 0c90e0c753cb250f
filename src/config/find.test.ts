import { describe, expect, it } from 'vitest';
import { findConfig, type SearchPlace } from './find.ts';

function place(files: readonly string[], changes: Partial<SearchPlace> = {}): SearchPlace {
  return {
    flag: undefined,
    env: {},
    cwd: '/work',
    home: '/home/mia',
    platform: 'linux',
    exists: (path) => files.includes(path),
    ...changes,
  };
}

describe('findConfig', () => {
  const all = [
    '/work/a.yaml',
    '/work/b.yaml',
    '/work/config.yaml',
    '/home/mia/.config/first-hop/config.yaml',
  ];

  it.each<[files: readonly string[], changes: Partial<SearchPlace>, path: string, because: string]>([
    [all, { flag: 'a.yaml', env: { FIRST_HOP_CONFIG: 'b.yaml' } }, '/work/a.yaml', 'flag'],
    [all, { env: { FIRST_HOP_CONFIG: '/work/b.yaml' } }, '/work/b.yaml', 'variable'],
    [all, { env: { FIRST_HOP_CONFIG: '' } }, '/work/config.yaml', 'current-folder'],
    [all.slice(3), {}, '/home/mia/.config/first-hop/config.yaml', 'user-folder'],
    [
      ['C:\\Users\\Mia\\first-hop\\config.yaml'],
      { platform: 'win32', cwd: 'D:\\', env: { APPDATA: 'C:\\Users\\Mia' } },
      'C:\\Users\\Mia\\first-hop\\config.yaml',
      'user-folder',
    ],
  ])('with %j and %j it is %s, by %s', (files, changes, path, because) => {
    expect(findConfig(place(files, changes))).toEqual({ kind: 'file', path, because });
  });

  it.each<[changes: Partial<SearchPlace>, because: string, how: string]>([
    [{ flag: 'x.yaml' }, 'flag', '--config'],
    [{ env: { FIRST_HOP_CONFIG: 'x.yaml' } }, 'variable', 'FIRST_HOP_CONFIG'],
  ])('does not look elsewhere when a named file is missing: %j', (changes, because, how) => {
    const found = findConfig(place(all, changes));
    expect(found).toMatchObject({ kind: 'missing', path: '/work/x.yaml', because });
    expect(found).toHaveProperty('message', expect.stringContaining(`/work/x.yaml, named by ${how},`));
  });

  it('tells where it looked when there is none', () => {
    expect(findConfig(place([]))).toEqual({
      kind: 'none',
      looked: ['/work/config.yaml', '/home/mia/.config/first-hop/config.yaml'],
    });
  });
});
