// Text rules as users have them: on prompts, on replies, in streams, with patterns that would take forever.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { JsonObject } from '../../src/std/json.ts';
import { cut, gate, json, sse } from '../support/answers.ts';
import type { Answer, Step } from '../support/answers.ts';
import { errorAtEndOf, expectWholeStream, textOf } from '../support/expectations.ts';
import { ask, askForStream, chatBody, startHop, passTimeUntil } from '../support/harness.ts';
import type { Hop } from '../support/harness.ts';
import {
  chunk,
  completion,
  completionOf,
  completionStream,
  doneFrame,
  finishChunk,
  frame,
  reasoningChunk,
  roleChunk,
  toolCallChunk,
} from '../support/openai.ts';
import { FakeClock } from '../support/fake-clock.ts';

const rules = (...list: readonly object[]): JsonObject => ({ regex_replacement: { rules: list } });
const replyRules = (...list: readonly object[]): JsonObject => ({ response_processing: { rules: list } });
const presets = (...names: readonly string[]): JsonObject => ({ response_processing: { presets: names } });
const stream = (...pieces: readonly string[]): Answer => sse(completionStream(...pieces));
const sentBody = async (hop: Hop, nth = 1): Promise<string> =>
  (await hop.upstream.request(nth)).body.toString();
const contentOf = (reply: unknown): unknown =>
  z
    .object({ choices: z.tuple([z.object({ message: z.looseObject({ content: z.unknown() }) })]) })
    .parse(reply).choices[0].message.content;
const hi: Answer = json(completion('Hi'));
/** Each would run until the sun goes out. */
const EVIL = { pattern: '(a|a)+$', replacement: '', description: 'evil' };
const EVIL_TEXT = `${'a'.repeat(40)}!`;

describe('what a user writes in a rule happens to the prompt', () => {
  test('and to nothing else in the body, to the byte', async () => {
    const hop = await startHop({
      answers: [hi],
      config: rules({ pattern: '(?P<word>colou?r)s?', replacement: '\\g<word>!', flags: 'i' }),
    });
    const body = (first: string, second: string): string =>
      `{ "seed" : 12345678901234567890,"messages":[ {"content":"${first}" ,"role":"user"},\n{"role":"assistant","content":"caf\\u00e9 ☕ \\/"},{"role":"user","content":[{"type":"text","text":"${second}"},{"type":"image_url","image_url":{"url":"data:colors"}}]}],"model":"colors", "temperature":1.0e0}`;
    await hop.client.post('/v1/chat/completions', body('Colors ☕ and', 'more \\"color\\"'));
    expect(await sentBody(hop)).toBe(body('Color! ☕ and', 'more \\"color!\\"'));
  });

  test.each([
    ['user', '[x, "a", "a", "a", "a"]'],
    ['assistant', '["a", x, "a", "a", "a"]'],
    ['system', '["a", "a", x, "a", "a"]'],
    ['tool', '["a", "a", "a", x, "a"]'],
    ['developer', '["a", "a", "a", "a", x]'],
    ['all', '[x, x, x, x, x]'],
  ])('in messages of the role %s', async (role, expected) => {
    const hop = await startHop({
      answers: [hi],
      config: rules({ pattern: 'a', replacement: 'x', apply_to: role }),
    });
    const roles = ['user', 'assistant', 'system', 'tool', 'developer'];
    await ask(hop, { messages: roles.map((each) => ({ role: each, content: 'a' })) });
    const { messages } = z
      .object({ messages: z.array(z.object({ content: z.string() })) })
      .parse(JSON.parse(await sentBody(hop)));
    expect(messages.map(({ content }) => content)).toEqual(JSON.parse(expected.replaceAll('x', '"x"')));
  });

  test('in order, and not where it is switched off', async () => {
    const off = { pattern: 'c', replacement: 'd', enabled: false };
    const config = rules({ pattern: 'a', replacement: 'b' }, { pattern: 'b', replacement: 'c' }, off);
    const hop = await startHop({ answers: [hi], config });
    await ask(hop, { messages: [{ role: 'user', content: 'abc' }] });
    expect(await sentBody(hop)).toContain('"ccc"');
  });

  test('in the prompt of a text completion', async () => {
    const hop = await startHop({
      answers: [json('{"choices":[{"text":"Hi","finish_reason":"stop"}]}')],
      config: rules({ pattern: 'there', replacement: 'you', apply_to: 'user' }),
    });
    await hop.client.post('/v1/completions', '{"prompt":"Hello there","suffix":"there"}');
    expect(await sentBody(hop)).toBe('{"prompt":"Hello you","suffix":"there"}');
  });

  test('in a long chat as in a short one', async () => {
    const hop = await startHop({
      answers: [hi],
      config: rules({ pattern: 'Hello', replacement: 'Hé' }),
    });
    const history = { role: 'assistant', content: 'é'.repeat(60_000) };
    const asked = chatBody({ messages: [history, { role: 'user', content: 'Hello' }] });
    await hop.client.post('/v1/chat/completions', asked);
    expect(await sentBody(hop)).toBe(asked.replace('Hello', 'Hé'));
  });

  test('and the same request again is the same', async () => {
    const hop = await startHop({ answers: [hi, hi], config: rules({ pattern: 'Hello', replacement: 'Hé' }) });
    await ask(hop);
    await ask(hop);
    expect(await sentBody(hop, 1)).toBe(chatBody().replace('Hello', 'Hé'));
    expect(await sentBody(hop, 2)).toBe(await sentBody(hop, 1));
  });

  test('not when the section is switched off', async () => {
    const section = { enabled: false, presets: ['straight-quotes'], rules: [{ pattern: 'Hello' }] };
    const hop = await startHop({
      answers: [hi],
      config: { regex_replacement: section, response_processing: section },
    });
    await ask(hop);
    expect(await sentBody(hop)).toBe(chatBody());
  });
});

describe('replies', () => {
  test('every choice is rewritten, and nothing else of the body', async () => {
    const body = (one: string, two: string): string =>
      `{"id":"color", "big":12345678901234567890,"choices":[{"index":0,"message":{"role":"assistant","reasoning":"color","content":"${one}"},"finish_reason":"stop"},{"index":1,"message":{"role":"assistant","content":[{"type":"text","text":"${two}"}]},"finish_reason":"stop"}]}`;
    const hop = await startHop({
      answers: [json(body('The color ☕', 'A color'))],
      config: replyRules({ pattern: 'color', replacement: 'colour' }),
    });
    const reply = await ask(hop);
    expect(reply.text).toBe(body('The colour ☕', 'A colour'));
    expect(reply.header('content-length')).toBe(String(reply.body.length));
  });

  test('text completions too', async () => {
    const hop = await startHop({
      answers: [json('{"choices":[{"text":"Bad","finish_reason":"stop"}]}')],
      config: replyRules({ pattern: 'Bad', replacement: 'Good' }),
    });
    const reply = await hop.client.post('/v1/completions', '{"prompt":"x"}');
    expect(reply.text).toBe('{"choices":[{"text":"Good","finish_reason":"stop"}]}');
  });

  test.each([
    ['reply', 'x', 'a'],
    ['reasoning', 'a', 'x'],
    ['all', 'x', 'x'],
  ])('reasoning is left alone unless asked: apply_to %s', async (part, content, reasoning) => {
    const config = replyRules({ pattern: 'a', replacement: 'x', apply_to: part });
    const message = { role: 'assistant', reasoning_content: 'a', content: 'a' };
    const answers = [json(completionOf(message)), sse([reasoningChunk('a'), ...completionStream('a')])];
    const hop = await startHop({ answers, config });
    expect((await ask(hop)).text).toContain(`"reasoning_content":"${reasoning}","content":"${content}"`);
    const reply = await askForStream(hop);
    expect(textOf(reply)).toBe(content);
    expect(reply.text).toContain(`"reasoning_content":"${reasoning}"`);
  });

  test('frames that no rule changes pass as they came', async () => {
    const odd = 'event: message\ndata:  {"choices" : [{"delta":{"content":"fine"},"index":0}] }\n\n';
    const steps = [': hello\n\n', roleChunk(), odd, toolCallChunk('look'), finishChunk(), doneFrame];
    const hop = await startHop({ answers: [sse(steps)], config: replyRules({ pattern: 'color' }) });
    expect((await askForStream(hop)).text).toBe(steps.join(''));
  });

  test('other lines of a frame stay when its text is changed', async () => {
    const hop = await startHop({
      answers: [
        sse([
          'event: x\ndata: {"choices":[{"delta":{"content":"a"}}]}\n\n',
          'data: {"choices":[\ndata: {"delta":{"content":"a"}}]}\n\n',
          doneFrame,
        ]),
      ],
      config: replyRules({ pattern: 'a', replacement: 'b' }),
    });
    expect((await askForStream(hop)).text).toBe(
      'event: x\ndata: {"choices":[{"delta":{"content":"b"}}]}\n\n' +
        'data: {"choices":[\ndata: {"delta":{"content":"b"}}]}\n\n' +
        doneFrame,
    );
  });
});

describe('streams', () => {
  test('a match that comes in pieces is found, and what cannot match is not held back', async () => {
    const more = gate();
    const hop = await startHop({
      answers: [
        sse([chunk('A nice co'), more.opened, chunk('lo'), chunk('r, yes'), finishChunk(), doneFrame]),
      ],
      config: replyRules({ pattern: 'color', replacement: 'colour' }),
    });
    const call = hop.chat({ stream: true });
    await call.until('A nice ');
    expect(call.received()).not.toContain('co"');
    more.open();
    const reply = await call.done;
    expectWholeStream(reply);
    expect(textOf(reply)).toBe('A nice colour, yes');
  });

  test('garbled characters are repaired across chunks, however they are cut', async () => {
    const pieces = ['It wasnâ', '€', '™t cafÃ', '© ðŸ', '˜', '€'];
    const hop = await startHop({ answers: [stream(...pieces)], config: presets('fix-mojibake') });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe('It wasn’t café 😀');
  });

  test('what is held back comes before the finish_reason, in one that says it with its last words too', async () => {
    const last = frame({ choices: [{ index: 0, delta: { content: 'l' }, finish_reason: 'stop' }] });
    const hop = await startHop({
      answers: [stream('a co'), sse([chunk('a co'), last, doneFrame])],
      config: replyRules({ pattern: 'color', replacement: 'colour' }),
    });
    const [first, second] = [await askForStream(hop), await askForStream(hop)];
    expect([textOf(first), textOf(second)]).toEqual(['a co', 'a col']);
    expect(first.text).toContain(`${chunk('co')}${finishChunk()}`);
    expect(second.events.at(-2)).toContain('{"content":"col"},"finish_reason":"stop"');
  });

  test('a frame of which nothing is left is not sent, one with a role is', async () => {
    const first = frame({ choices: [{ index: 0, delta: { role: 'assistant', content: 'x' } }] });
    const hop = await startHop({
      answers: [sse([first, chunk('x'), chunk('y'), finishChunk(), doneFrame])],
      config: replyRules({ pattern: 'x' }),
    });
    expect((await askForStream(hop)).events.map((event) => /"content":"(.*?)"/.exec(event)?.[1])).toEqual([
      '',
      'y',
      undefined,
      undefined,
    ]);
  });

  test('each choice has a text of its own', async () => {
    const say = (index: number, content: string): string =>
      frame({ choices: [{ index, delta: { content }, finish_reason: null }] });
    const both = frame({
      choices: [
        { delta: { content: 'lor' }, index: 1 },
        { delta: { content: 'py' }, index: 0 },
      ],
    });
    const hop = await startHop({
      answers: [sse([say(0, 'co'), say(1, 'co'), both, doneFrame])],
      config: replyRules({ pattern: 'color', replacement: 'colour' }),
    });
    const { text } = await askForStream(hop, { n: 2 });
    expect(text).toContain('"content":"colour"},"index":1');
    expect(text).toContain('"content":"copy"},"index":0');
  });

  test('what is held back comes before an error, and at an end without finish_reason', async () => {
    const config = {
      ...replyRules({ pattern: 'color', replacement: 'colour' }),
      streaming: { rescue: { enabled: false } },
    };
    const hop = await startHop({
      answers: [sse([chunk('a co'), cut]), sse([chunk('a co'), doneFrame])],
      config,
    });
    const broken = await askForStream(hop);
    errorAtEndOf(broken);
    expect(textOf(broken)).toBe('a co');
    expect(textOf(await askForStream(hop))).toBe('a co');
  });

  test('a rescue continues the model’s own words, and the rules see the whole', async () => {
    const hop = await startHop({
      answers: [sse([roleChunk(), chunk('It wasnâ€'), cut]), stream('™t me, said the color')],
      config: {
        response_processing: {
          presets: ['fix-mojibake'],
          rules: [{ pattern: 'color', replacement: 'colour' }],
        },
      },
    });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe('It wasn’t me, said the colour');
    expect(await sentBody(hop, 2)).toContain('It wasnâ€');
  });

  test('a JSON answer to a stream request is rewritten, and a stream that answers a plain one', async () => {
    const hop = await startHop({
      answers: [json(completion('a color')), stream('a co', 'lor')],
      config: replyRules({ pattern: 'color$', replacement: 'colour' }),
    });
    const streamed = await askForStream(hop);
    expectWholeStream(streamed);
    expect(textOf(streamed)).toBe('a colour');
    expect(contentOf((await ask(hop)).json)).toBe('a colour');
  });

  test('reasoning of an attempt that came to nothing does not run into that of the next', async () => {
    const hop = await startHop({
      answers: [sse([reasoningChunk('a co'), cut]), sse([reasoningChunk('lor'), ...completionStream('Hi')])],
      config: replyRules({ pattern: 'color', replacement: 'x', apply_to: 'all' }),
    });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(reply.text.match(/"reasoning_content":"[^"]*"/g)?.join()).toBe(
      '"reasoning_content":"a ","reasoning_content":"co","reasoning_content":"lor"',
    );
  });
});

describe('no pattern can stop the proxy', () => {
  /** Lets the time pass until the call is over, as often as the rule must be stopped. */
  const through = async <T>(hop: Hop, done: Promise<T>): Promise<T> => hop.clock.advanceUntil(done);

  test.each([
    ['(a|a)+$', EVIL_TEXT],
    ['(.*)(.*)(.*)(.*)(.*)x', 'y'.repeat(30_000)],
  ])('%s over a long history: another request is served meanwhile', async (pattern, text) => {
    const hop = await startHop({
      answers: [hi, hi],
      config: rules(
        { pattern, apply_to: 'user', description: 'evil' },
        { pattern: 'Hello', replacement: 'Hullo' },
      ),
    });
    const slow = hop.chat({ messages: [{ role: 'user', content: `Hello ${text}` }] });
    await hop.clock.whenWaiting(100);
    // This one has a text that no rule in the thread is for.
    const quick = await ask(hop, { messages: [{ role: 'system', content: 'Hello' }] });
    expect(quick.status).toBe(200);
    expect(await sentBody(hop, 1)).toContain('"Hullo"');
    const reply = await through(hop, slow.done);
    expect(reply.status).toBe(200);
    expect(await sentBody(hop, 2)).toContain(`"Hullo ${text}"`);
    expect(hop.logged.filter((line) => line.includes('(evil)'))).toEqual([
      expect.stringMatching(/^regex_replacement\.rules\[0\] \(evil\) took longer than 100 ms/),
    ]);
  });

  test.each<[what: string, config: (...list: readonly object[]) => JsonObject]>([
    ['a prompt', rules],
    ['a reply', replyRules],
  ])('several rules that take too long for %s wait for no longer than one', async (_what, config) => {
    const evil = (letters: string): object => ({ pattern: `(?:${letters})+$`, replacement: '' });
    const hop = await startHop({
      answers: [json(completion(EVIL_TEXT))],
      config: config(evil('a|a'), evil('a|a|a'), evil('a|aa'), { pattern: '!', replacement: '?' }),
    });
    const reply = await through(hop, hop.chat({ messages: [{ role: 'user', content: EVIL_TEXT }] }).done);
    const rewritten = config === rules ? await sentBody(hop) : reply.text;
    expect(rewritten).toContain(`"${'a'.repeat(40)}?"`);
    expect(hop.logged.filter((line) => line.includes('100 ms'))).toEqual([
      expect.stringContaining('[0] took longer than 100 ms'),
      expect.stringMatching(/^Rules that may take long are left out/),
    ]);
  });

  test('who leaves while a rule is at work on the reply has not got it', async () => {
    const hop = await startHop({ answers: [json(completion(EVIL_TEXT))], config: replyRules(EVIL) });
    const call = hop.chat();
    const left = call.done.catch(() => 'left');
    await hop.upstream.request(1);
    await hop.clock.whenWaiting(100);
    call.abort();
    expect(await left).toBe('left');
    const told = (): boolean => hop.logged.some((line) => line.includes('stopped by the client'));
    await passTimeUntil(hop, told);
    expect(hop.logged.filter((line) => line.includes('delivered'))).toEqual([]);
  });

  test('a rule that takes too long three times is switched off', async () => {
    const hop = await startHop({ answers: [hi, hi, hi, hi], config: rules(EVIL) });
    const messages = [{ role: 'user', content: EVIL_TEXT }];
    for (let nth = 1; nth <= 3; nth += 1) await through(hop, hop.chat({ messages }).done);
    expect(hop.logged.filter((line) => line.includes('switched off'))).toHaveLength(1);
    expect((await hop.client.get('/health/detailed')).json).toMatchObject({
      slow_rules: [{ rule: 'regex_replacement.rules[0] (evil)', stopped: 3, switched_off: true }],
    });
    expect((await hop.client.get('/metrics')).text).toContain(
      'first_hop_rule_skips_total{section="regex_replacement"} 3',
    );
    // Nobody has to move the time for this one.
    await ask(hop, { messages });
    expect(await sentBody(hop, 4)).toContain(EVIL_TEXT);
  });

  test('in whole replies and in streams, with what was held back', async () => {
    const config = replyRules(EVIL, { pattern: '!', replacement: '.' });
    const pieces = ['aaaaaaaaaa', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '! Well', '!'];
    const hop = await startHop({ answers: [json(completion(EVIL_TEXT)), stream(...pieces)], config });
    expect(contentOf((await through(hop, hop.chat().done)).json)).toBe(`${'a'.repeat(40)}.`);
    const reply = await through(hop, hop.chat({ stream: true }).done);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe(`${'a'.repeat(40)}. Well.`);
    expect((await hop.client.get('/metrics')).text).toContain(
      'first_hop_rule_skips_total{section="response_processing"} 2',
    );
  });

  test('a stream has the time of one reply, however many pieces it comes in', async () => {
    const bold = { pattern: '<b>(.*?)</b>', replacement: '**\\1**' };
    const long = `<b>${'x'.repeat(1_000)}</b>`;
    const pieces = [EVIL_TEXT, '<b>short</b>', long, '<b>short</b>'].map((piece) => chunk(piece));
    const hop = await startHop({
      // Nothing comes before it that another rule could be stopped at.
      answers: [sse([...pieces, finishChunk(), doneFrame])],
      config: replyRules(EVIL, bold),
    });
    const reply = await through(hop, hop.chat({ stream: true }).done);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe(`${EVIL_TEXT}**short**${long}<b>short</b>`);
    expect(hop.logged.filter((line) => line.includes('100 ms'))).toEqual([
      expect.stringContaining('(evil) took longer than 100 ms'),
      expect.stringMatching(/^Rules that may take long are left out/),
    ]);
  });

  test('rules that could take long, but do not, work in streams as others do', async () => {
    const hop = await startHop({
      answers: [stream('<b>one', '</b> two <b>', 'three</b>'), sse([chunk('<b>'), cut])],
      config: {
        ...replyRules({ pattern: '<b>(.*?)</b>', replacement: '**\\1**' }),
        streaming: { rescue: { enabled: false } },
      },
    });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe('**one** two **three**');
    const broken = await askForStream(hop);
    errorAtEndOf(broken);
    expect(textOf(broken)).toBe('<b>');
  });

  test('a client that reads slowly gets all of it, in order', async () => {
    const filler = 'x'.repeat(2_000);
    const pieces = Array.from({ length: 600 }, (_, index): Step => chunk(`<b>${index}</b>${filler}`));
    const hop = await startHop({
      answers: [sse([...pieces, finishChunk(), doneFrame])],
      config: replyRules({ pattern: '<b>(.*?)</b>', replacement: '[\\1]' }),
      clock: new FakeClock(),
    });
    const call = hop.chat({ stream: true }, { paused: true });
    await call.status;
    call.resume();
    const reply = await call.done;
    expectWholeStream(reply);
    expect(textOf(reply)).toBe(pieces.map((_, index) => `[${index}]${filler}`).join(''));
  });
});
