import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../std/json.ts';
import { readFrameData, readReply } from './openai-chat.ts';
import { readSpoofedError } from './spoofed-error.ts';

const TITLE = 'Proxy error (HTTP 429 Too Many Requests)';
const END = '\n\n<!-- oai-proxy-error -->';
const text = (inside: string, title = TITLE): string => `### **${title}**\n\n${inside}${END}`;
const NOTE = text('```\n{"error": {"message": "no"}, "proxy_note": "Try \\"later\\"."}\n```');
const plain = (content: unknown, finish_reason: unknown = TITLE, id = 'x'): JsonObject => ({
  id,
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason }],
});
const chunk = (content: unknown, finish_reason: unknown = TITLE, id = 'x'): JsonObject => ({
  id,
  choices: [{ index: 0, delta: { content }, finish_reason }],
});
const NOTED = {
  code: 429,
  proxy_note: 'Try "later".',
  error: { error: { message: 'no' }, proxy_note: 'Try "later".' },
};

describe('an error that looks like a reply', () => {
  it.each<[JsonObject, JsonObject, string]>([
    [plain(NOTE), NOTED, 'a whole reply'],
    [chunk(NOTE), NOTED, 'a chunk'],
    [{ choices: [{ text: NOTE, finish_reason: TITLE }] }, NOTED, 'a text completion'],
    [plain(`\n\n${NOTE}\n`), NOTED, 'with blank lines around it'],
    [plain(NOTE, 'stop', 'error-1'), NOTED, 'the proxy names its own errors in the id'],
    [
      plain(text('{"proxy_note" : "Wait." and more')),
      { code: 429, proxy_note: 'Wait.' },
      'a note in what is no JSON',
    ],
    [plain(text('Sorry.')), { code: 429, message: TITLE }, 'nothing but a title'],
    [plain(text('[{"a": 1}]')), { code: 429, error: { a: 1 } }, 'details without a note'],
    [
      plain(text('Sorry.', 'Proxy queue error'), 'Proxy queue error'),
      { message: 'Proxy queue error' },
      'a title without a status',
    ],
  ])('row %# is read', (reply, error) => {
    expect(readSpoofedError(reply)).toEqual(error);
    expect(readReply(reply).error).toEqual(error);
    expect(readFrameData(JSON.stringify(reply))).toMatchObject({ meaning: { error } });
  });

  it.each<[JsonObject, string]>([
    [plain(NOTE, 'stop'), 'a character quotes it: the title is not the finish_reason'],
    [plain(NOTE, null), 'there is no finish_reason'],
    [chunk(NOTE, 'stop', 'error-1'), 'a chunk: its id is that of the stream'],
    [plain(`Look: ${NOTE}`), 'words before it'],
    [plain(`${NOTE} What is it?`), 'words after it'],
    [plain(NOTE.replace(END, '')), 'no mark at the end'],
    [plain(`Sorry.${END}`), 'no heading'],
    [plain(text('Sorry.', 'Another title')), 'another title'],
    [plain([{ type: 'text', text: NOTE }]), 'no plain text'],
    [plain(null), 'nothing'],
    [{ choices: [NOTE] }, 'no choice'],
    [{ choices: [] }, 'no choices'],
    [{ message: NOTE }, 'no reply'],
  ])('row %# is none: %s', (reply) => {
    expect(readSpoofedError(reply)).toBeUndefined();
  });

  it.each<[JsonObject, boolean]>([
    [plain(NOTE, 'stop'), true],
    [plain('Once upon a time', 'stop'), false],
  ])('needs less proof where a header has said it: row %#', (reply, isError) => {
    expect(readSpoofedError(reply, true) !== undefined).toBe(isError);
  });

  it('is never found in a reply with a true finish_reason, whatever its words', () => {
    const words = fc.oneof(
      fc.string(),
      fc.string().map((inside) => text(inside)),
      fc.constantFrom(NOTE, TITLE, END),
    );
    fc.assert(
      fc.property(words, fc.constantFrom('stop', 'length', null), (content, finishReason) => {
        expect(readSpoofedError(plain(content, finishReason))).toBeUndefined();
        expect(readSpoofedError(chunk(content, finishReason))).toBeUndefined();
      }),
    );
  });
});
