import { describe, expect, it } from 'vitest';
import { configFolder, dataFolder } from './folders.ts';
import type { Environment } from './variables.ts';

const home = '/home/mia';
const windowsHome = 'C:\\Users\\Mia';

describe('configFolder', () => {
  it.each<[platform: string, env: Environment, folder: string, why: string]>([
    ['linux', {}, '/home/mia/.config/first-hop', 'the XDG default'],
    ['android', {}, '/home/mia/.config/first-hop', 'Termux does as Linux does'],
    ['linux', { XDG_CONFIG_HOME: '/etc/me' }, '/etc/me/first-hop', 'as the user wants'],
    [
      'linux',
      { XDG_CONFIG_HOME: 'me' },
      '/home/mia/.config/first-hop',
      'the specification ignores relative paths',
    ],
    ['darwin', {}, '/home/mia/Library/Application Support/first-hop', 'the custom on macOS'],
  ])('%s with %j: %s, %s', (platform, env, folder) => {
    expect(configFolder({ env, home, platform })).toBe(folder);
  });

  it.each<[env: Environment, folder: string, why: string]>([
    [{ APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\first-hop', 'as Windows says'],
    [{}, 'C:\\Users\\Mia\\AppData\\Roaming\\first-hop', 'where it usually is'],
  ])('win32 with %j: %s, %s', (env, folder) => {
    expect(configFolder({ env, home: windowsHome, platform: 'win32' })).toBe(folder);
  });
});

describe('dataFolder', () => {
  it.each<[platform: string, env: Environment, folder: string, why: string]>([
    ['linux', {}, '/home/mia/.local/share/first-hop', 'the XDG default'],
    ['linux', { XDG_DATA_HOME: '/var/me' }, '/var/me/first-hop', 'as the user wants'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/mia/.local/share/first-hop', 'empty counts as not set'],
    ['linux', { XDG_DATA_HOME: '/var/me', FIRST_HOP_DATA: '/data' }, '/data', 'our own variable wins'],
    ['darwin', {}, '/home/mia/Library/Application Support/first-hop', 'the custom on macOS'],
  ])('%s with %j: %s, %s', (platform, env, folder) => {
    expect(dataFolder({ env, home, platform })).toBe(folder);
  });

  it.each<[env: Environment, folder: string, why: string]>([
    [{ LOCALAPPDATA: 'D:\\Local' }, 'D:\\Local\\first-hop', 'as Windows says'],
    [{}, 'C:\\Users\\Mia\\AppData\\Local\\first-hop', 'where it usually is'],
  ])('win32 with %j: %s, %s', (env, folder) => {
    expect(dataFolder({ env, home: windowsHome, platform: 'win32' })).toBe(folder);
  });
});
