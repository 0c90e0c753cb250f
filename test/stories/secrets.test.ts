// Keys: whatever the upstream echoes, no key reaches an error, a reason phrase, or a log line.
import { describe, expect, test } from 'vitest';
import { failure, json, sized, sse } from '../support/answers.ts';
import type { Reply } from '../support/client.ts';
import { errorAtEndOf, errorIn } from '../support/expectations.ts';
import { startHop } from '../support/harness.ts';
import type { Hop } from '../support/harness.ts';
import { chunk, errorFrame } from '../support/openai.ts';

const KEY = 'sk-proj-AbCdEfGhIjKlMnOpQrStUvWxYz012345cdef';
const PLAIN_KEY = 'correct-horse-battery-staple';
const once = { error_handling: { max_retries: 0 } };

function expectNoKey(reply: Reply, hop: Hop, key: string): void {
  const everything = [reply.text, reply.reason, ...reply.rawHeaders, ...hop.logged].join('\n');
  expect(everything).not.toContain(key);
}

describe.each([
  ['a key that looks like one', KEY],
  ['a key that looks like nothing in particular', PLAIN_KEY],
])('%s', (_name, key) => {
  const said = `Incorrect API key provided: ${key}. Find yours at https://x.example/?key=${key}`;

  test('configured, and echoed in an error', async () => {
    const hop = await startHop({ answers: [failure(401, said)], config: { target_proxy: { apikey: key } } });
    const reply = await hop.chat().done;
    expect(errorIn(reply).message).toContain('Incorrect API key provided');
    expectNoKey(reply, hop, key);
  });

  test("the client's own, and echoed in an error", async () => {
    const hop = await startHop({ answers: [failure(403, said)] });
    const reply = await hop.chat({}, { headers: { authorization: `Bearer ${key}` } }).done;
    errorIn(reply);
    expectNoKey(reply, hop, key);
  });

  test('echoed in an error page, in an error event, and in a broken-off stream', async () => {
    const hop = await startHop({
      answers: [
        sized(`<p>${said}</p>`, 'text/html', { status: 500 }),
        sse([errorFrame(said)]),
        sse([chunk('Once'), errorFrame(said)]),
      ],
      config: { ...once, target_proxy: { apikey: key } },
    });
    for (const stream of [false, true]) {
      const reply = await hop.chat({ stream }).done;
      errorIn(reply);
      expectNoKey(reply, hop, key);
    }
    const broken = await hop.chat({ stream: true }).done;
    errorAtEndOf(broken);
    expectNoKey(broken, hop, key);
  });

  test('echoed in what a hard stop preserves', async () => {
    const rules = [{ pattern: 'incorrect api key', user_message: 'Check your key.' }];
    const answer = json({ error: { message: said, deep: [{ [key]: key }] } }, { status: 401 });
    const hop = await startHop({
      answers: [answer],
      config: { error_handling: { hard_stop_conditions: { rules } }, target_proxy: { apikey: key } },
    });
    const reply = await hop.chat().done;
    expect(errorIn(reply)).toHaveProperty('original_response');
    expectNoKey(reply, hop, key);
  });
});

test('a key in the address of the upstream is not told when it cannot be reached', async () => {
  const hop = await startHop({ answers: [], config: once, path: `/v1?key=${PLAIN_KEY}` });
  await hop.upstream.close();
  const reply = await hop.chat().done;
  errorIn(reply);
  expectNoKey(reply, hop, PLAIN_KEY);
});

test('a key in the body, or in the address that the client asks for, is kept out too', async () => {
  const said = 'no access with proxy password "my old dog", or with parameter+%2fsecret';
  const hop = await startHop({ answers: [failure(401, said)], config: once });
  const fields = { model: 'm', messages: [], proxy_password: 'my old dog' };
  const path = '/v1/chat/completions?a=b&api_key=parameter+%2fsecret';
  const reply = await hop.client.post(path, JSON.stringify(fields));
  expect(errorIn(reply).message).toContain('no access with');
  for (const secret of ['my old dog', 'parameter+%2fsecret']) expectNoKey(reply, hop, secret);
});

test('keys in other headers and in the address are kept out too', async () => {
  const said = 'no access with configured-secret, client-secret, address-secret, dXNlcjpwYXNz';
  const hop = await startHop({
    answers: [failure(401, said)],
    config: { target_proxy: { headers: { 'x-api-key': 'configured-secret' } } },
    path: '/v1?key=address-secret',
  });
  const headers = { 'api-key': 'client-secret', authorization: 'Basic dXNlcjpwYXNz' };
  const reply = await hop.chat({}, { headers }).done;
  expect(errorIn(reply).message).toContain('no access with');
  for (const secret of ['configured-secret', 'client-secret', 'address-secret', 'dXNlcjpwYXNz']) {
    expectNoKey(reply, hop, secret);
  }
});
