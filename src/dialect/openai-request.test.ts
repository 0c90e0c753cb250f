import { describe, expect, it } from 'vitest';
import { readChatRequest, readTextRequest } from './openai-request.ts';

const valid = { kind: 'valid', stream: false, model: undefined };
const invalid = (message: string): object => ({ kind: 'invalid', message });

/** Before a body, it makes that no other, but large. */
const LARGE = ' '.repeat(100_000);

describe('a chat request', () => {
  it.each<[string, object, string]>([
    ['{"messages":[]}', valid, 'the least there is; upstreams judge the rest'],
    ['{"messages":[{}],"stream":true,"model":"m"}', { ...valid, stream: true, model: 'm' }, 'streaming'],
    ['{"messages":[],"stream":"true"}', valid, 'only true streams'],
    ['{"messages":[],"model":"模型-é"}', { ...valid, model: '模型-é' }, 'a name beyond ASCII'],
    ['{"messages":[],"model":"a\\u0062"}', { ...valid, model: 'ab' }, 'an escape in it'],
    ['{"messages":[],"\\u006dodel":"m"}', { ...valid, model: 'm' }, 'an escape in what it is called'],
    ['{"model":"a","messages":7,"messages":[],"model":"b"}', { ...valid, model: 'b' }, 'twice: the last'],
    ['{"messages":[{"model":"a","stream":true}]}', valid, 'what stands elsewhere'],
    ['{"messages":[],"model":7}', valid, 'a model that is no name is the upstream’s to judge'],
    ['{"messages":[{"content":"\u2028é😀"}]}', valid, 'any text inside'],
    ['{"messages":[{}],"a":1,"b":"c\\"d","e":{"f":[]}}', valid, 'anything else besides'],
    ['{"messages":[{}]} {}', invalid('The request is not valid JSON.'), 'something behind it'],
    ['{"messages":[{"content":"\t"}]}', invalid('The request is not valid JSON.'), 'a tab in a string'],
    ['{"messages":[{}],"model":m}', invalid('The request is not valid JSON.'), 'no quotes'],
    ['{', invalid('The request is not valid JSON.'), 'cut short'],
    ['', invalid('The request is not valid JSON.'), 'nothing'],
    ['[]', invalid('The request must be a JSON object.'), 'a list'],
    ['null', invalid('The request must be a JSON object.'), 'null'],
    ['{}', invalid('The request has no "messages".'), 'no messages'],
    ['{"messages":"hi"}', invalid('"messages" must be a list.'), 'text'],
    [
      '{"messages":[{},"hi"]}',
      invalid('"messages" must be a list of objects; entry 2 is not one.'),
      'which entry is wrong, counted as people do',
    ],
  ])('%s: %j (%s)', (body, reading) => {
    expect(readChatRequest(Buffer.from(body))).toMatchObject(reading);
    // What is large is read in another way.
    expect(readChatRequest(Buffer.from(LARGE + body))).toMatchObject(reading);
  });
});

it('a text request needs no messages', () => {
  expect(readTextRequest(Buffer.from('{"prompt":"Once","stream":true}'))).toMatchObject({
    ...valid,
    stream: true,
  });
  expect(readTextRequest(Buffer.from('7'))).toEqual(invalid('The request must be a JSON object.'));
});
