import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRules, rewritten, wholeReply } from '../../test/support/rule-runner.ts';
import { foldStream } from '../dialect/fold-stream.ts';
import type { Frame } from '../sse/frame.ts';
import { frameSplitter } from '../sse/split.ts';
import { DONE_FRAME, dataFrame } from '../sse/write.ts';
import { runJob, withoutSteps } from './job.ts';
import { STEP_START } from './step.ts';
import type { Rewriting } from './rewriting.ts';

/** What the client gets of a stream that arrives in these pieces. */
function streamed(rewriting: Rewriting, stream: Buffer, cuts: readonly number[]): Buffer {
  const splitter = frameSplitter();
  const rewriter = rewriting.replies?.stream();
  const places = [0, ...cuts.map((at) => at % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  const taken: Frame[] = [];
  for (const [index, at] of places.slice(1).entries()) {
    const frames = rewriter?.take(splitter.push(stream.subarray(places[index], at)));
    taken.push(...(frames as readonly Frame[]));
  }
  taken.push(...(rewriter?.end() as readonly Frame[]));
  return Buffer.concat(taken.map(({ raw }) => raw));
}

const RULES = [
  { pattern: 'ab{1,3}a', replacement: 'X' },
  { pattern: '(?P<one>\\w) (?P<two>\\w)', replacement: '\\g<two> \\1' },
  { pattern: '^b', replacement: 'Ü', flags: 'm' },
  { pattern: '\\s\\Z', replacement: '' },
  { pattern: '[“”]|é', replacement: '"' },
];
const anyText = fc
  .array(fc.constantFrom('a', 'b', ' ', '\n', '“', 'é', '😀', '"', '\\', 'â€™', 'word', '\ud83d'), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));
const anyReply = fc.array(fc.record({ index: fc.nat(1), content: anyText }), { maxLength: 8 });

function chunksOf(pieces: readonly { index: number; content: string }[], finish: boolean): Buffer {
  const chunk = (index: number, delta: object, finish_reason: string | null): Buffer =>
    dataFrame({ id: 'x', object: 'chat.completion.chunk', choices: [{ index, delta, finish_reason }] });
  const said = [0, 1].map((index) => chunk(index, { role: 'assistant', content: '' }, null));
  return Buffer.concat([
    ...said,
    ...pieces.map(({ index, content }) => chunk(index, { content }, null)),
    ...(finish ? [chunk(0, {}, 'stop'), chunk(1, { content: '' }, 'stop')] : []),
  ]);
}

/** The texts of the two choices that a stream tells. */
function textsIn(stream: Buffer): readonly unknown[] {
  const { completion } = foldStream(Buffer.concat([stream, DONE_FRAME])) ?? { completion: {} };
  const { choices } = completion as { choices: { index: number; message: { content: unknown } }[] };
  return [0, 1].map((at) => choices.find(({ index }) => index === at)?.message.content);
}

describe('a stream', () => {
  it('comes to what the whole reply comes to, however it is cut', () => {
    const rewriting = openRules({}, { presets: ['fix-mojibake'], rules: RULES });
    fc.assert(
      fc.property(anyReply, fc.boolean(), fc.array(fc.nat(), { maxLength: 5 }), (pieces, finish, cuts) => {
        const texts = [0, 1].map((at) =>
          pieces.flatMap(({ index, content }) => (index === at ? [content] : [])).join(''),
        );
        const choices = texts.map((content, index) => ({ index, message: { content } }));
        const whole = wholeReply(rewriting, JSON.stringify({ choices }));
        const expected = JSON.parse(whole) as { choices: { message: { content: string } }[] };
        // Halves of a pair become whole in the bytes of a stream, so both are compared as bytes tell them.
        expect(textsIn(streamed(rewriting, chunksOf(pieces, finish), cuts))).toEqual(
          expected.choices.map(({ message }) => message.content),
        );
      }),
    );
  });

  it('that no rule matches stays as it came, to the byte', () => {
    const rewriting = openRules({}, { rules: [{ pattern: 'never|nowhere', replacement: 'x' }] });
    fc.assert(
      fc.property(anyReply, fc.boolean(), (pieces, finish) => {
        // Half a pair waits for the other half.
        const said = pieces.filter(({ content }) => !content.includes('\ud83d'.charAt(0)));
        const stream = chunksOf(said, finish);
        expect(streamed(rewriting, stream, []).equals(stream)).toBe(true);
      }),
    );
  });

  it('that goes on after its end is rewritten as a text of its own', () => {
    const rewriting = openRules({}, { rules: [{ pattern: '^a', replacement: 'x' }] });
    const piece = { index: 0, content: 'aa' };
    const twice = Buffer.concat([chunksOf([piece], true), chunksOf([piece], true)]);
    expect(textsIn(streamed(rewriting, twice, []))).toEqual(['xaxa', '']);
  });

  it('of text completions gets what was held back in their form', () => {
    const rewriting = openRules({}, { rules: [{ pattern: 'abc', replacement: 'x' }] });
    const chunk = {
      object: 'text_completion',
      usage: { total_tokens: 1 },
      choices: [{ text: 'ab', index: 0 }],
    };
    const told = streamed(rewriting, dataFrame(chunk), []).toString();
    expect(told).toContain('"choices":[{"text":"","index":0}]');
    expect(told).toContain(
      'data: {"object":"text_completion","choices":[{"index":0,"text":"ab","finish_reason":null}]}\n\n',
    );
  });
});

describe('a whole reply', () => {
  it.each([
    ['no JSON at all', 'no JSON at all'],
    ['[1]', '[1]'],
    ['\uFEFF\n{"choices":[{"text":"a"}]}\n', '\uFEFF\n{"choices":[{"text":"b"}]}\n'],
    [
      '{"choices":[{"message":{"reasoning":"a","content":null}}]}',
      '{"choices":[{"message":{"reasoning":"a","content":null}}]}',
    ],
  ])('%j becomes %j', (body, expected) => {
    const rewriting = openRules({}, { rules: [{ pattern: 'a', replacement: 'b' }] });
    expect(wholeReply(rewriting, body)).toBe(expected);
  });

  it('without a rule for the reply itself, only the reasoning is rewritten', () => {
    const rewriting = openRules({}, { rules: [{ pattern: 'a', replacement: 'b', apply_to: 'reasoning' }] });
    const chunk = (text: string): Buffer =>
      dataFrame({ choices: [{ delta: { reasoning: text, content: 'a' } }] });
    expect(streamed(rewriting, chunk('a'), []).equals(chunk('b'))).toBe(true);
  });
});

describe('a request', () => {
  const anyRequest = fc.record({
    seed: fc.double({ noNaN: true }),
    messages: fc.array(
      fc.record({
        role: fc.constantFrom('user', 'assistant', 'system'),
        content: fc.oneof(
          anyText,
          fc.array(fc.record({ type: fc.constant('text'), text: anyText }), { maxLength: 3 }),
        ),
        name: anyText,
      }),
      { maxLength: 6 },
    ),
    stop: fc.array(anyText, { maxLength: 2 }),
  });

  it('differs in the texts concerned and nowhere else; the same again is the same', async () => {
    const rewriting = openRules({ rules: [{ pattern: 'a', replacement: 'é', apply_to: 'user' }] });
    await fc.assert(
      fc.asyncProperty(anyRequest, fc.constantFrom('', '\t', '  '), async (request, indent) => {
        const replaced = (content: string): string => content.replaceAll('a', 'é');
        const messages = request.messages.map((message) => {
          const { role, content } = message;
          if (role !== 'user') return message;
          return typeof content === 'string'
            ? { ...message, content: replaced(content) }
            : { ...message, content: content.map((part) => ({ ...part, text: replaced(part.text) })) };
        });
        const json = JSON.stringify(request, undefined, indent);
        const expected = JSON.stringify({ ...request, messages }, undefined, indent);
        expect(await rewritten(rewriting, json)).toBe(expected);
        expect(await rewritten(rewriting, json)).toBe(expected);
      }),
    );
  });

  it('is the very same when nothing in it matches', async () => {
    const rewriting = openRules({ rules: [{ pattern: 'never|nowhere' }] });
    const body = Buffer.from('{"messages":[{"role":"user","content":"caf\\u00e9 \xff"}]}', 'latin1');
    expect(await rewriting.requests?.rewrite(body, body.toString('latin1'))).toBe(body);
    expect(rewriting.requests?.rewrite(body, body.toString('latin1'))).toBe(body);
  });

  it('of great length is rewritten in turns with others', async () => {
    const rewriting = openRules({
      rules: [
        { pattern: 'x', replacement: 'y' },
        { pattern: 'y', replacement: 'z' },
      ],
    });
    const messages = [1, 2].map(() => ({ role: 'user', content: 'x'.repeat(1_500_000) }));
    let turns = 0;
    let isOver = false;
    const countTurns = (): void => {
      turns += 1;
      if (!isOver) setImmediate(countTurns);
    };
    setImmediate(countTurns);
    const done = await rewritten(rewriting, JSON.stringify({ messages }));
    isOver = true;
    expect(done).toBe(JSON.stringify({ messages }).replaceAll('x', 'z'));
    expect(turns).toBeGreaterThan(1);
  });
});

it('a link to a step that is not there lets all pass', () => {
  const job = {
    chains: [[{ kind: 'whole', step: 7 } as const]],
    pieces: [{ chain: 0, text: 'a', isEnd: true }],
  };
  expect(runJob([], job, () => true).texts).toEqual(['a']);
});

it('a step that is taken out twice gives what it held back once', () => {
  const state = { ...STEP_START, repair: { held: 'a', before: '' } };
  const pieces = ['b', 'c'].map((text) => ({ chain: 0, text, isEnd: false }));
  const job = { chains: [[{ kind: 'stage', step: 0, state } as const]], pieces };
  const out = withoutSteps(
    withoutSteps(job, () => true),
    () => true,
  );
  expect(runJob([{ kind: 'repair', name: 'mojibake' }], out, () => true).texts).toEqual(['ab', 'c']);
});
