import { describe, expect, it } from 'vitest';
import { targetProxySchema } from './options.ts';

describe('targetProxySchema', () => {
  it('lets a host name be set, as some gateways ask for', () => {
    expect(targetProxySchema.safeParse({ headers: { Host: 'a.example' } }).success).toBe(true);
  });

  it('fills in the documented timeouts, in seconds', () => {
    expect(targetProxySchema.parse({ timeout: { idle: 5 } }).timeout).toEqual({
      connect: 10,
      first_byte: 120,
      first_content: 300,
      idle: 5,
      total: 900,
    });
  });

  it.each<[apikey: string, expected: string | undefined, why: string]>([
    ['', undefined, 'an empty key is no key: the client keeps its own'],
    [' sk-1\n', 'sk-1', 'a file or variable often ends in a line break, which no header may hold'],
    ['sk-1', 'sk-1', 'a key is a key'],
  ])('reads the key %j as %j, because %s', (apikey, expected) => {
    expect(targetProxySchema.parse({ apikey }).apikey).toBe(expected);
  });

  it.each<[section: object, why: string]>([
    [{ apikey: 'a\nb' }, 'a line break would end the header'],
    [{ apikey: 'ключ' }, 'Node refuses characters beyond Latin-1 in a header'],
    [{ headers: { 'X A': '1' } }, 'a header name is a token'],
    [{ headers: { 'X-A': '1\r\n2' } }, 'a line break would begin another header'],
    [{ headers: { 'Content-Length': '7' } }, 'the length is ours to know'],
    [{ headers: { connection: 'close' } }, 'so is what belongs to the connection'],
    [{ url: 'file:///etc/passwd' }, 'only http and https'],
    [{ timeout: 0 }, 'no time at all'],
  ])('refuses %j, because %s', (section) => {
    expect(targetProxySchema.safeParse(section).success).toBe(false);
  });
});
