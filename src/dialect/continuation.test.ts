import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begunIn, continuationOf } from './continuation.ts';
import type { ContinuationStyle } from './continuation.ts';

const INSTRUCTION = 'Go on.';

function continued(body: string, said: string, style: ContinuationStyle = 'prefill'): string | undefined {
  return continuationOf(Buffer.from(body), said, style, INSTRUCTION)?.toString();
}

describe('a request that asks for the rest', () => {
  it.each<[string, ContinuationStyle, string, string]>([
    [
      '{"messages":[{"role":"user","content":"Hi"}],"big":12345678901234567890}',
      'prefill',
      '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Once \\"u"}],"big":12345678901234567890}',
      'what was said is the last message',
    ],
    [
      '{"messages":[{"role":"user","content":"Hi"}]}',
      'instruct',
      '{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Once \\"u"},{"role":"user","content":"Go on."}]}',
      'the user has the last word',
    ],
    [
      '{ "messages" : [ { "content" : "A\\u00e9" , "role" : "assistant" } ] }',
      'prefill',
      '{ "messages" : [ { "content" : "A\\u00e9Once \\"u" , "role" : "assistant" } ] }',
      'the client had begun the reply itself: its own words are made longer',
    ],
    [
      '{"messages":[{"role":"assistant","content":"","prefix":true}]}',
      'instruct',
      '{"messages":[{"role":"assistant","content":"Once \\"u","prefix":true},{"role":"user","content":"Go on."}]}',
      'and the instruction follows them',
    ],
    [
      '{"messages":[]}',
      'instruct',
      '{"messages":[{"role":"assistant","content":"Once \\"u"},{"role":"user","content":"Go on."}]}',
      'no comma where nothing stood',
    ],
    [
      '{"prompt":"Tell: ","n":1,"response_format":{"type":"text"}}',
      'instruct',
      '{"prompt":"Tell: Once \\"u","n":1,"response_format":{"type":"text"}}',
      'a text completion goes on with its prompt',
    ],
    [
      '{"m\\u0065ssages":[],"n":null,"response_format":null}',
      'prefill',
      '{"m\\u0065ssages":[{"role":"assistant","content":"Once \\"u"}],"n":null,"response_format":null}',
      'names may be escaped, and null is as good as nothing',
    ],
  ])('%s, %s: %s (%s)', (body, style, expected) => {
    expect(continued(body, 'Once "u', style)).toBe(expected);
  });

  it.each<[string, string]>([
    ['{"messages":[],"n":2}', 'several choices cannot be joined'],
    [
      '{"messages":[],"response_format":{"type":"json_object"}}',
      'half a JSON text is no beginning of another',
    ],
    ['{"messages":[],"response_format":{"type":"json_schema"}}', 'the same'],
    [
      '{"messages":[{"role":"assistant","content":[{"type":"text","text":"A"}]}]}',
      'parts have no end to add to',
    ],
    ['{"messages":[{"role":"assistant","content":null,"tool_calls":[]}]}', 'a tool call is no text'],
    ['{"messages":[{"role":"assistant"}]}', 'nor is nothing'],
    [
      '{"messages":[{"role":"assistant","content":"A","content":"B"}]}',
      'which of the two is read is unknown',
    ],
    ['{"messages":[],"messages":[]}', 'the same'],
    ['{"messages":[7]}', 'not a message'],
    ['{"messages":"Hi"}', 'not a list'],
    ['{"prompt":["A","B"]}', 'several prompts are several replies'],
    ['{"prompt":"A","prompt":"B"}', 'which of the two is read is unknown'],
    ['{"model":"m"}', 'neither messages nor prompt'],
    ['[]', 'no request'],
  ])('%s cannot be asked: %s', (body) => {
    expect(continued(body, 'said')).toBeUndefined();
  });

  const text = fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  });
  const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content: text });
  const others = fc.dictionary(text, fc.jsonValue());
  const style = fc.constantFrom<ContinuationStyle>('prefill', 'instruct');
  const indentation = fc.integer({ min: 0, max: 2 });

  it('is the original with the messages added, for any text, half characters included', () => {
    fc.assert(
      fc.property(
        others,
        fc.array(message),
        text,
        style,
        indentation,
        (others, messages, said, style, indentation) => {
          const request = { ...others, n: 1, response_format: null, messages };
          const asked = continued(JSON.stringify(request, null, indentation), said, style) ?? '';
          const last = messages.at(-1);
          const before = last?.role === 'assistant' ? messages.slice(0, -1) : messages;
          const prefix = last?.role === 'assistant' ? last.content : '';
          const added = [
            { role: 'assistant', content: prefix + said },
            { role: 'user', content: INSTRUCTION },
          ];
          expect(JSON.parse(asked)).toEqual({
            ...(JSON.parse(JSON.stringify(request)) as object),
            messages: [...before, ...added.slice(0, style === 'prefill' ? 1 : 2)],
          });
        },
      ),
    );
  });

  it('gives the original bytes back when what was put in is taken out, valid UTF-8 or not', () => {
    fc.assert(
      fc.property(fc.uint8Array(), text, style, (bytes, said, style) => {
        const inText = bytes.filter((byte) => byte >= 0x20 && byte !== 0x22 && byte !== 0x5c);
        const before = Buffer.concat([Buffer.from('{"x":"'), inText, Buffer.from('","messages":[{} ')]);
        const after = Buffer.concat([Buffer.from('],"y":"'), inText, Buffer.from('"}')]);
        const asked = continuationOf(Buffer.concat([before, after]), said, style, INSTRUCTION);
        expect(asked?.subarray(0, before.length)).toEqual(before);
        expect(asked?.subarray(-after.length)).toEqual(after);
      }),
    );
  });
});

describe('what the client has begun the reply with', () => {
  it.each<[string | undefined, string, string]>([
    ['{"messages":[{"role":"assistant","content":"\\u4e2d é"}]}', '中 é', 'its last message'],
    [
      '{"messages":[{"role":"assistant","content":"A"},{"role":"user","content":"B"}]}',
      '',
      'not an earlier one',
    ],
    ['{"messages":[{"role":"assistant","content":[]}]}', '', 'not where it is more than text'],
    ['{"messages":["A"]}', '', 'a message that is none'],
    ['{"messages":[]}', '', 'no message'],
    ['{"prompt":"Once"}', '', 'a text completion has none'],
    ['[]', '', 'no request'],
    [undefined, '', 'nothing at all'],
  ])('%s: %j (%s)', (body, begun) => {
    expect(begunIn(body === undefined ? undefined : Buffer.from(body))).toBe(begun);
  });
});
