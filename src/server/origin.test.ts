import { describe, expect, it } from 'vitest';
import { hostInUrl, isLoopbackHost, isLoopbackName, isOriginAllowed } from './origin.ts';

describe('pages that may use First Hop', () => {
  it.each([
    ['http://localhost:8000', true, 'SillyTavern on this computer'],
    ['http://127.0.0.1:8000', true, 'by address'],
    ['http://127.8.9.1', true, 'all of 127/8 is this computer'],
    ['http://[::1]:8000', true, 'IPv6'],
    ['http://app.localhost', true, 'names under localhost never leave the computer'],
    ['http://192.168.1.20:8000', true, 'a phone in the same network'],
    ['http://10.1.2.3', true, 'a private network'],
    ['http://172.16.0.1', true, 'a private network'],
    ['http://172.32.0.1', false, 'just outside it'],
    ['http://[fd00::1]', true, 'a private network, IPv6'],
    ['http://[2001:db8::1]', false, 'a public address'],
    ['http://8.8.8.8', false, 'a public address'],
    ['https://evil.example', false, 'any other page'],
    ['https://localhost.evil.example', false, 'a name made to look like one'],
    ['null', false, 'a sandboxed page'],
    ['chrome-extension://abc', false, 'an extension, unless it is named'],
    ['nonsense', false, 'no origin at all'],
  ])('%s: %s (%s)', (origin, allowed) => {
    expect(isOriginAllowed(origin, '127.0.0.1:8765', [])).toBe(allowed);
  });

  it('are also those the user names, and those we serve ourselves', () => {
    expect(isOriginAllowed('https://chat.example', undefined, ['https://chat.example'])).toBe(true);
    expect(isOriginAllowed('chrome-extension://abc', undefined, ['chrome-extension://abc'])).toBe(true);
    expect(isOriginAllowed('http://mybox:8765', 'mybox:8765', [])).toBe(true);
  });
});

describe('names for this computer', () => {
  it.each([
    ['127.0.0.1:8765', true],
    ['localhost', true],
    ['LOCALHOST:1', true],
    ['[::1]:8765', true],
    ['evil.example:8765', false],
    ['192.168.1.5:8765', false],
    ['127.0.0.1.evil.example', false],
    ['not a host', false],
  ])('%s: %s', (host, is) => {
    expect(isLoopbackHost(host)).toBe(is);
  });

  it.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
  ])('listening on %s is for this computer only: %s', (host, is) => {
    expect(isLoopbackName(host)).toBe(is);
  });
});

it.each([
  ['127.0.0.1', '127.0.0.1', 'as it is'],
  ['::1', '[::1]', 'IPv6 needs brackets'],
  ['0.0.0.0', '127.0.0.1', 'every address is no address to open'],
  ['::', '127.0.0.1', 'likewise'],
  ['mybox', 'mybox', 'a name'],
])('listening on %s is opened at %s: %s', (host, inUrl) => {
  expect(hostInUrl(host)).toBe(inUrl);
});
