// A plain request that works: what no rule changes goes through byte for byte, both ways.
import { expect, test } from 'vitest';
import { json } from '../support/answers.ts';
import { completion, completionOf } from '../support/openai.ts';
import { ask, chatBody, startHop } from '../support/harness.ts';

const ODD_REQUEST = `
{ "seed": 12345678901234567890,   "model":"test-model","b":1,"a":2,
  "messages" : [ {"content":"caf\\u00e9 \\/ café 🎭","role":"user"} ],"top_p":1.0, "logit_bias":{"1e3":-1E+2} ,
  "custom": {"nested":[null,true,{}]}, "custom":"twice"}
`;
const ODD_REPLY = `{ "created": 12345678901234567890, "id":"x" ,"unknown":{"z":1,"a":1.50},
"choices":[{"message":{"content":"Gr\\u00fc\\u00dfe \\/ Grüße 🎭","role":"assistant"},"index":0,"finish_reason":"stop"}]}

`;

test('a chat completion arrives with the very bytes the upstream sent', async () => {
  const hop = await startHop({ answers: [json(completion('Hello, traveller.'))] });
  const reply = await ask(hop);
  expect([reply.status, reply.text, reply.end]).toEqual([200, completion('Hello, traveller.'), 'clean']);
  expect(reply.header('content-type')).toBe('application/json');
  expect(hop.upstream.requests).toHaveLength(1);
  expect(hop.clock.slept).toEqual([]);
});

test('big integers, field order, escapes and white space survive in both directions', async () => {
  const hop = await startHop({ answers: [json(ODD_REPLY)] });
  const reply = await hop.client.post('/v1/chat/completions', ODD_REQUEST);
  expect((await hop.upstream.request(1)).body.toString()).toBe(ODD_REQUEST);
  expect(reply.text).toBe(ODD_REPLY);
});

test.each([100, 3_000, 50_000])(
  'a reply of %i words arrives with its very bytes and its length',
  async (words) => {
    const text = completion('Grüße 🎭 '.repeat(words));
    const hop = await startHop({ answers: [json(text)] });
    const reply = await ask(hop);
    expect([reply.text === text, reply.end]).toEqual([true, 'clean']);
    expect(reply.header('content-length')).toBe(String(Buffer.byteLength(text)));
  },
);

test('a charset in the content type is no obstacle', async () => {
  const hop = await startHop({ answers: [json(completion('Hi'))] });
  const headers = { 'content-type': 'Application/JSON; charset=utf-8' };
  const reply = await hop.client.post('/v1/chat/completions', chatBody(), headers);
  expect(reply.text).toBe(completion('Hi'));
});

test('several megabytes, as pictures make them, go through', async () => {
  const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(8_000_000)}` } };
  const body = chatBody({ messages: [{ role: 'user', content: [{ type: 'text', text: 'Look' }, image] }] });
  const hop = await startHop({ answers: [json(completion('A picture.'))] });
  const reply = await hop.client.post('/v1/chat/completions', body);
  expect(reply.text).toBe(completion('A picture.'));
  expect((await hop.upstream.request(1)).body.equals(Buffer.from(body))).toBe(true);
});

test.each([
  [
    'a tool call',
    {
      content: null,
      tool_calls: [{ id: '1', type: 'function', function: { name: 'roll', arguments: '{}' } }],
    },
  ],
  ['a refusal', { content: null, refusal: 'I would rather not.' }],
  ['text parts', { content: [{ type: 'text', text: 'In parts' }] }],
  [
    'words that look like an error',
    { content: 'The model is overloaded. Error 503! Please try again later.' },
  ],
])('%s is a good reply', async (_name, message) => {
  const body = completionOf({ role: 'assistant', ...message });
  const hop = await startHop({ answers: [json(body)] });
  expect((await ask(hop)).text).toBe(body);
  expect(hop.upstream.requests).toHaveLength(1);
});

test('a swipe sends the same bytes again and gets another answer', async () => {
  const hop = await startHop({ answers: [json(completion('One way')), json(completion('Another way'))] });
  const replies = [await ask(hop), await ask(hop)];
  expect(replies.map((reply) => reply.text)).toEqual([completion('One way'), completion('Another way')]);
  expect(hop.upstream.requests).toHaveLength(2);
});
