import { describe, expect, it } from 'vitest';
import { seam } from '../rescue/seam.ts';
import type { Frame } from '../sse/frame.ts';
import { frameSplitter } from '../sse/split.ts';
import type { JsonObject } from '../std/json.ts';
import type { FrameSink } from '../upstream/live-stream.ts';
import { continueInto, identityOf } from './continuation.ts';

const frames = (...chunks: readonly (object | string)[]): Frame[] =>
  frameSplitter().push(
    Buffer.from(
      chunks
        .map((chunk) => (typeof chunk === 'string' ? chunk : `data: ${JSON.stringify(chunk)}\n\n`))
        .join(''),
    ),
  );
const delta = (content: string, more: object = {}): object => ({
  id: 'new',
  model: 'm2',
  choices: [{ index: 0, delta: { content }, finish_reason: null }],
  ...more,
});

/** What a client gets of a continuation of `said`. */
function join(said: string, ...chunks: readonly (object | string)[]) {
  return joinAfter(undefined, said, ...chunks);
}

/** The same after attempts that told of these tokens. */
function joinAfter(spent: JsonObject | undefined, said: string, ...chunks: readonly (object | string)[]) {
  const got: unknown[] = [];
  const drains: (() => void)[] = [];
  const sink: FrameSink = {
    write: (written) => {
      got.push(...written.map(({ raw, data }) => (data === undefined ? raw.toString() : JSON.parse(data))));
      return false;
    },
    onDrain: (resume) => drains.push(resume),
  };
  let lost = 0;
  const continuation = continueInto(sink, seam(said, 'prefill'), { id: 'old', model: 'm1' }, spent, () => {
    lost += 1;
  });
  const wantsMore = continuation.write(frames(...chunks));
  return { got, continuation, wantsMore, drains, lost: () => lost };
}

describe('a reply’s identity', () => {
  it('is that of its first chunk', () => {
    expect(identityOf(frames(': hi\n\n', delta('a', { created: 7, choices: [] }), delta('b')))).toEqual({
      id: 'new',
      created: 7,
      model: 'm2',
    });
  });

  it('is unknown without one', () => {
    expect(identityOf(frames(': hi\n\n'))).toEqual({});
  });
});

describe('a continuation', () => {
  it('goes on under the old identity; comments and usage go along', () => {
    const usage = { total_tokens: 7 };
    const { got, continuation } = join('Once upon a time', ': hi\n\n', delta(' there was a fox', { usage }), {
      id: 'new',
      choices: [],
      usage,
    });
    continuation.end();
    expect(got).toEqual([
      ': hi\n\n',
      {
        id: 'old',
        model: 'm1',
        choices: [{ index: 0, delta: { content: ' there was a fox' }, finish_reason: null }],
      },
      { id: 'old', model: 'm1', choices: [{ index: 0, delta: {}, finish_reason: null }], usage },
      { id: 'old', model: 'm1', choices: [], usage },
    ]);
    expect(continuation.passed).toBe(' there was a fox');
  });

  it.each<[string, object]>([
    ['alone', { choices: [] }],
    [
      'beside a choice that says nothing, as OpenRouter does',
      { choices: [{ index: 0, delta: { content: '' } }] },
    ],
    ['with the end', { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }],
  ])('tells the tokens of all attempts: %s', (_how, chunk) => {
    const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
    const spent = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
    const { got } = joinAfter(spent, 'Once upon', delta(' a time'), { ...chunk, usage });
    expect(got.at(-1)).toMatchObject({
      usage: { prompt_tokens: 16, completion_tokens: 6, total_tokens: 22 },
    });
    expect(JSON.stringify(got).match(/"usage"/g)).toHaveLength(1);
  });

  it('passes on what was held back before it says why it finished, and nothing after that', () => {
    const { got, continuation } = join(
      'Once upon a time',
      delta('Once'),
      { id: 'new', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      delta(' late'),
    );
    continuation.end();
    expect(got).toEqual([
      { id: 'old', model: 'm1', choices: [{ index: 0, delta: { content: 'Once' }, finish_reason: null }] },
      { id: 'old', model: 'm1', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ]);
  });

  it('passes on what was held back when it ends without saying why', () => {
    const { got, continuation } = join('Once upon a time', delta('Once'));
    expect(got).toEqual([]);
    continuation.end();
    expect(got).toMatchObject([{ choices: [{ delta: { content: 'Once' } }] }]);
  });

  it('without a word adds nothing', () => {
    const { got, continuation } = join(
      'Once',
      { choices: 7 },
      { choices: [{ delta: { role: 'assistant' } }] },
    );
    continuation.end();
    expect(got).toEqual([{ choices: 7, id: 'old', model: 'm1' }]);
    expect(continuation.passed).toBe('');
  });

  it('of a text completion stays one', () => {
    const say = (text: string): object => ({ id: 'new', choices: [{ index: 0, text, finish_reason: null }] });
    const { got } = join('Once upon', say(' a time there'));
    expect(got).toMatchObject([{ choices: [{ text: ' a time there' }] }]);
  });

  it('that turns out to be another reply is given up, once', () => {
    const said = 'Once upon a time there was a small fox who lived in the deep dark';
    const { got, continuation, lost } = join(
      said,
      delta('Once upon a time there was a small fox who lived on a hill.'),
    );
    expect([continuation.write(frames(delta(' More.'))), lost()]).toEqual([true, 1]);
    continuation.end();
    expect(got).toEqual([]);
  });

  it('that begins anew and ends before it got as far is no end', () => {
    const said = 'Once upon a time there was a small fox who lived in the deep dark';
    const { got, lost } = join(said, delta('Once upon a time there was a small fox who lived'), {
      choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
    });
    expect([got, lost()]).toEqual([[], 1]);
  });

  it('waits when the client reads slowly', () => {
    const { wantsMore, continuation, drains } = join('Once upon', delta(' a time'));
    expect(wantsMore).toBe(false);
    continuation.onDrain(() => undefined);
    expect(drains).toHaveLength(1);
  });
});
