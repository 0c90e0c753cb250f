import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeClock, settle } from '../../test/support/fake-clock.ts';
import { isObject } from '../std/json.ts';
import { DEMO_MODELS } from './models.ts';
import { startDemo } from './server.ts';
import type { DemoUpstream } from './server.ts';

let demo: DemoUpstream | undefined;
afterEach(async () => demo?.stop());

const chatUrl = (): string => `${demo?.url}/v1/chat/completions`;

async function ask(
  model: string,
  stream: boolean,
): Promise<{ status: number; headers: Headers; text: string }> {
  const body = JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'Hi' }] });
  const reply = await fetch(chatUrl(), { method: 'POST', body });
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
}

function events(text: string): unknown[] {
  const datas = text.split('\n\n').filter((block) => block !== '');
  return datas.map((block) =>
    block === 'data: [DONE]' ? '[DONE]' : JSON.parse(block.replace(/^data: /, '')),
  );
}

/** The words of a streamed or plain reply; empty when it has none. */
function said(text: string): string {
  return text.startsWith('data:') ? events(text).map(wordsOf).join('') : wordsOf(JSON.parse(text));
}

function wordsOf(reply: unknown): string {
  const choice: unknown =
    isObject(reply) && Array.isArray(reply['choices']) ? reply['choices'][0] : undefined;
  const holder = isObject(choice) ? (choice['delta'] ?? choice['message']) : undefined;
  return isObject(holder) && typeof holder['content'] === 'string' ? holder['content'] : '';
}

describe('the models that reply', () => {
  it('streams word by word at a visible pace, as an OpenAI-compatible server does', async () => {
    const clock = new FakeClock();
    demo = await startDemo({ clock });
    const { status, headers, text } = await ask('demo', true);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/event-stream');
    const chunks = events(text);
    expect(chunks[0]).toEqual({
      id: 'chatcmpl-demo-1',
      object: 'chat.completion.chunk',
      created: Math.floor(Date.UTC(2026, 0, 1) / 1000) + 5,
      model: 'demo',
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
    });
    expect(chunks.at(-2)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }] });
    expect(chunks.at(-1)).toBe('[DONE]');
    expect(chunks.length).toBe(clock.slept.length + 3);
    expect(clock.slept.slice(0, 3)).toEqual([300, 30, 30]);
    expect(said(text)).toMatch(/^Hello! You are talking to the demo that is built into First Hop:/);
  });

  it('says the same in one piece when no stream is asked for', async () => {
    demo = await startDemo({ clock: new FakeClock() });
    const { text } = await ask('demo', false);
    expect(JSON.parse(text)).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant' }, finish_reason: 'stop' }],
    });
    expect(said(text)).toBe(said((await ask('demo', true)).text));
  });

  it('takes seconds to the first word of demo-slow, and trickles on', async () => {
    const clock = new FakeClock();
    demo = await startDemo({ clock });
    await ask('demo-slow', true);
    expect(clock.slept.slice(0, 2)).toEqual([5_000, 400]);
  });

  it('treats a model it does not know, and a request it can not read, as demo', async () => {
    demo = await startDemo({ clock: new FakeClock() });
    const greeting = said((await ask('demo', false)).text);
    expect(said((await ask('constructor', false)).text)).toBe(greeting);
    for (const body of ['{"model":7}', 'not JSON', '[]']) {
      const reply = await fetch(chatUrl(), { method: 'POST', body });
      expect(said(await reply.text())).toBe(greeting);
    }
  });
});

describe('the models that fail', () => {
  it('fails four times, then replies, then starts anew', async () => {
    demo = await startDemo({ clock: new FakeClock() });
    const expected = [
      [200, null, false, ''],
      [200, null, true, ''],
      [429, '1', true, ''],
      [503, '1', true, ''],
      [200, null, false, 'This reply'],
    ];
    for (const stream of [true, false]) {
      const seen: unknown[] = [];
      for (let turn = 0; turn < 5; turn += 1) {
        const { status, headers, text } = await ask('demo-flaky', stream);
        seen.push([status, headers.get('retry-after'), /"error":/.test(text), said(text).slice(0, 10)]);
      }
      expect(seen).toEqual(expected);
    }
  });

  it('sends an error as the first event of a stream, with its end mark', async () => {
    demo = await startDemo({ clock: new FakeClock() });
    await ask('demo-flaky', true);
    const { text } = await ask('demo-flaky', true);
    expect(events(text)).toEqual([{ error: expect.objectContaining({ type: 'server_error' }) }, '[DONE]']);
  });

  it.each([
    ['demo-overloaded', 503, 'application/json', /The model is overloaded/],
    ['demo-badkey', 401, 'application/json', /Incorrect API key/],
    ['demo-quota', 429, 'application/json', /free-models-per-day/],
    ['demo-html', 524, 'text/html; charset=UTF-8', /\| 524: A timeout occurred/],
  ])('answers %s with %i, always, plain and streamed', async (model, status, type, words) => {
    demo = await startDemo({ clock: new FakeClock() });
    for (const stream of [true, false, true]) {
      const answer = await ask(model, stream);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
      expect(answer.text).toMatch(words);
    }
  });

  it('says nothing in demo-blank, and ends as if all were well', async () => {
    demo = await startDemo({ clock: new FakeClock() });
    expect(said((await ask('demo-blank', false)).text)).toBe('');
    const { status, text } = await ask('demo-blank', true);
    expect([status, said(text), events(text).at(-1)]).toEqual([200, '', '[DONE]']);
  });

  it('breaks demo-cut off in the middle of its words', async () => {
    demo = await startDemo({ clock: new FakeClock() });
    const body = JSON.stringify({ model: 'demo-cut', stream: true });
    const reply = await fetch(chatUrl(), { method: 'POST', body });
    let received = '';
    const reading = (async () => {
      for await (const bytes of reply.body ?? []) received += Buffer.from(bytes).toString();
    })();
    await expect(reading).rejects.toThrow();
    expect(said(received)).toMatch(/^This reply broke off .* the provider was /);
  });

  it('breaks demo-cut off in the middle of a plain body', async () => {
    demo = await startDemo({ clock: new FakeClock() });
    await expect(ask('demo-cut', false)).rejects.toThrow();
  });
});

describe('the server', () => {
  it('lists its models', async () => {
    demo = await startDemo({ clock: new FakeClock() });
    const listed: unknown = await (await fetch(`${demo.url}/v1/models`)).json();
    expect(listed).toMatchObject({
      object: 'list',
      data: DEMO_MODELS.map((id) => ({ id, object: 'model' })),
    });
    expect(DEMO_MODELS[0]).toBe('demo');
  });

  it('says what it has when asked for anything else', async () => {
    demo = await startDemo({ clock: new FakeClock() });
    const reply = await fetch(`${demo.url}/v1/embeddings`, { method: 'POST', body: '{}' });
    expect(reply.status).toBe(404);
    expect(await reply.text()).toContain('has no POST /v1/embeddings; it answers');
  });

  it.each([
    ['a stream', true],
    ['a plain reply', false],
  ])('stops waiting when the caller of %s leaves', async (_what, stream) => {
    const clock = new FakeClock();
    clock.holdSleeps = true;
    demo = await startDemo({ clock });
    const caller = new AbortController();
    const body = JSON.stringify({ model: 'demo', stream });
    const request = fetch(chatUrl(), { method: 'POST', body, signal: caller.signal });
    await clock.whenWaiting(300);
    caller.abort();
    await request.then((reply) => reply.text()).catch(() => undefined);
    while (clock.waiting().length > 0) await settle(1);
  });

  it('survives a caller that leaves in the middle of its request', async () => {
    demo = await startDemo({ clock: new FakeClock() });
    const socket = connect(Number(new URL(demo.url).port), '127.0.0.1');
    socket.end('POST /v1/chat/completions HTTP/1.1\r\nHost: demo\r\nContent-Length: 100\r\n\r\n{"model":');
    socket.resume();
    await once(socket, 'close');
    expect((await ask('demo', false)).status).toBe(200);
  });

  it('stops at once although a stream is under way', async () => {
    const clock = new FakeClock();
    clock.holdSleeps = true;
    demo = await startDemo({ clock });
    const reply = await fetch(chatUrl(), { method: 'POST', body: '{"model":"demo","stream":true}' });
    await demo.stop();
    await expect(reply.text()).rejects.toThrow();
    expect(clock.waiting()).toEqual([]);
  });
});
