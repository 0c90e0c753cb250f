// A streamed reply, frame by frame: what goes on at once, what is held back, and in which frame it comes out.
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock, settle } from '../../test/support/fake-clock.ts';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';
import type { Frame } from '../sse/frame.ts';
import { frameSplitter } from '../sse/split.ts';
import { frameRewriter } from './frames.ts';
import type { FrameRewriter } from './frames.ts';
import { runJob } from './job.ts';
import { regexReplacementSchema, responseProcessingSchema } from './options.ts';
import { compileTextRule } from './pattern.ts';
import { openRewriting } from './rewriting.ts';
import { STEP_START } from './step.ts';

/** The rewriter of a stream, with these rules for replies. */
function rewriterWith(...rules: readonly object[]): FrameRewriter {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const options = {
    regex_replacement: regexReplacementSchema.parse({}),
    response_processing: responseProcessingSchema.parse({ rules }),
  };
  const rewriting = openRewriting(options, { clock: new FakeClock(), log, workerFile: REWRITE_WORKER });
  onTestFinished(() => rewriting.close());
  const rewriter = rewriting.replies?.stream();
  if (rewriter === undefined) throw new Error('there are rules');
  return rewriter;
}

const LIMITED_B = { pattern: 'ab{1,9}', replacement: 'X' };

function framesOf(...blocks: readonly string[]): readonly Frame[] {
  return frameSplitter().push(Buffer.from(blocks.map((block) => `${block}\n\n`).join('')));
}

function data(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}`;
}

function says(content: string, finish_reason: string | null = null, index = 0): string {
  return data({ choices: [{ index, delta: { content }, finish_reason }] });
}

function isOver(index = 0): string {
  return data({ choices: [{ index, delta: {}, finish_reason: 'stop' }] });
}

/** The blocks that go on for each block taken, and at the end. */
async function passed(
  rewriter: FrameRewriter,
  blocks: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const all: string[][] = [];
  const keep = (frames: readonly Frame[]): unknown =>
    all.push(frames.map(({ raw }) => raw.toString().trimEnd()));
  for (const block of blocks) keep(await rewriter.take(framesOf(block)));
  keep(await rewriter.end());
  return all;
}

describe('frames that no rule is for are the very same, at once', () => {
  it.each<[why: string, block: string]>([
    ['a comment', ': keep-alive'],
    ['the end mark', 'data: [DONE]'],
    ['a role', data({ choices: [{ index: 0, delta: { role: 'assistant' } }] })],
    ['a tool call', data({ choices: [{ delta: { tool_calls: [{ function: { arguments: 'ab' } }] } }] })],
    ['reasoning', data({ choices: [{ delta: { reasoning_content: 'ab' } }] })],
    ['the last usage', data({ choices: [], usage: { total_tokens: 7 } })],
  ])('%s', (_why, block) => {
    const frames = framesOf(block);
    const rewriter = rewriterWith(LIMITED_B);
    expect(rewriter.take(frames)).toBe(frames);
    expect(rewriter.end()).toEqual([]);
  });

  it('also among others that are rewritten', () => {
    const [comment, text] = framesOf(': ab', says('ab.'));
    const taken = rewriterWith(LIMITED_B).take([comment, text] as readonly Frame[]) as readonly Frame[];
    expect(taken[0]).toBe(comment);
    expect(taken.map(({ raw }) => raw.toString())).toEqual([': ab\n\n', `${says('X.')}\n\n`]);
  });

  it('and those whose text no rule changes', () => {
    const frames = framesOf('data: {"choices" : [{"delta":{"content":"\\u00e9 \\/"}}]}');
    expect(rewriterWith(LIMITED_B).take(frames)).toEqual(frames);
  });
});

describe('what was held back', () => {
  it('comes out in the next frame with text', async () => {
    expect(await passed(rewriterWith(LIMITED_B), [says('xa'), says('bb'), says('c')])).toEqual([
      [says('x')],
      [],
      [says('Xc')],
      [],
    ]);
  });

  it('comes out in a frame like the latest one, without its usage', async () => {
    const blocks = [
      { id: 1, model: 'm', choices: [{ delta: { reasoning_content: 'a' } }] },
      { id: 2, model: 'm', usage: { total_tokens: 1 }, choices: [{ delta: { reasoning: 'b' } }] },
    ];
    const rewriter = rewriterWith({ ...LIMITED_B, apply_to: 'all' });
    expect((await passed(rewriter, blocks.map(data))).at(-1)).toEqual([
      data({ id: 2, model: 'm', choices: [{ index: 0, delta: { reasoning: 'X' }, finish_reason: null }] }),
    ]);
  });

  it('comes out before the frame that says the choice is over', async () => {
    expect(await passed(rewriterWith(LIMITED_B), [says('a'), isOver()])).toEqual([
      [],
      [says('a'), isOver()],
      [],
    ]);
  });

  it('comes out in the frame that says the choice is over, behind its text', async () => {
    expect(await passed(rewriterWith(LIMITED_B), [says('xab', 'stop')])).toEqual([[says('xX', 'stop')], []]);
    expect(await passed(rewriterWith(LIMITED_B), [says('a'), says('b', 'stop')])).toEqual([
      [],
      [says('X', 'stop')],
      [],
    ]);
  });

  it('comes out behind the text it belongs to, if a frame has several', async () => {
    const last = (content: string, reasoning: string): string =>
      data({ choices: [{ delta: { content, reasoning }, finish_reason: 'stop' }] });
    const rewriter = rewriterWith({ ...LIMITED_B, apply_to: 'all' });
    expect(await passed(rewriter, [last('1 ab', '2 ab')])).toEqual([[last('1 X', '2 X')], []]);
  });

  it('waits while another choice ends', async () => {
    const blocks = [says('a', null, 1), says('a'), isOver(0), says('b', null, 1), isOver(1)];
    expect((await passed(rewriterWith(LIMITED_B), blocks)).flat()).toEqual([
      says('a'),
      isOver(0),
      says('X', null, 1),
      isOver(1),
    ]);
  });

  it('comes out at the end, for each choice and each kind of text', async () => {
    const chunk = (index: number, delta: object): object => ({
      choices: [{ index, delta, finish_reason: null }],
    });
    const blocks = [
      chunk(0, { reasoning: 'a' }),
      chunk(0, { content: 'ab' }),
      chunk(1, { content: 'abb' }),
      chunk(2, { content: 'c' }),
    ].map(data);
    const rewriter = rewriterWith({ ...LIMITED_B, apply_to: 'all' });
    expect((await passed(rewriter, blocks)).flat()).toEqual([
      data(chunk(2, { content: 'c' })),
      data(chunk(0, { reasoning: 'a' })),
      data(chunk(0, { content: 'X' })),
      data(chunk(1, { content: 'X' })),
    ]);
  });

  it('comes out in order from another thread as well', async () => {
    const compiled = compileTextRule({ pattern: 'ab+', replacement: 'X', flags: '' });
    if (compiled.kind === 'invalid') throw new Error(compiled.problem.message);
    const rewriter = frameRewriter(
      () => [{ kind: 'stage', step: 0, state: STEP_START }],
      async (job) => {
        await settle(1);
        return runJob([{ kind: 'rule', rule: compiled.rule }], job, () => true);
      },
    );
    expect(rewriter.end()).toEqual([]);
    expect(await passed(rewriter, [says('xa'), ': hi', says('bb'), says('c'), says('ab')])).toEqual([
      [says('x')],
      [': hi'],
      [],
      [says('Xc')],
      [],
      [says('X')],
    ]);
  });
});

describe('a frame of which rules leave nothing', () => {
  const REMOVED = { pattern: 'ab', replacement: '' };
  it.each<[why: string, chunk: object]>([
    ['a role, which clients may wait for', { choices: [{ delta: { role: 'assistant', content: 'ab' } }] }],
    ['white space', { choices: [{ delta: { content: 'ab\n' } }] }],
    [
      'white space of another choice',
      {
        choices: [
          { index: 0, delta: { content: 'ab' } },
          { index: 1, delta: { content: ' ' } },
        ],
      },
    ],
    ['white space in reasoning', { choices: [{ delta: { content: 'ab', reasoning: ' ' } }] }],
    ['the reason why the reply is over', { choices: [{ delta: { content: 'ab' }, finish_reason: 'stop' }] }],
    ['usage', { usage: { total_tokens: 1 }, choices: [{ delta: { content: 'ab' } }] }],
    ['a tool call', { choices: [{ delta: { content: 'ab', tool_calls: [{ id: 'x' }] } }] }],
    ['reasoning', { choices: [{ delta: { content: 'ab', reasoning: 'hm' } }] }],
  ])('goes on for the sake of what else is in it: %s', async (_why, chunk) => {
    const told = JSON.stringify(chunk).replace('ab', '');
    expect(await passed(rewriterWith(REMOVED), [data(chunk)])).toEqual([[`data: ${told}`], []]);
  });

  it.each<[why: string, chunk: object]>([
    ['a text', { id: 'x', choices: [{ index: 0, delta: { content: 'ab' }, finish_reason: null }] }],
    ['a text completion', { choices: [{ text: 'ab', index: 0 }] }],
    ['a text of another choice', { choices: [{ index: 1, delta: { content: 'ab' } }] }],
    ['a finish reason that says nothing', { choices: [{ delta: { content: 'abab' }, finish_reason: '' }] }],
  ])('is not sent: %s', async (_why, chunk) => {
    expect(await passed(rewriterWith(REMOVED), [data(chunk)])).toEqual([[], []]);
  });
});

describe('the other lines of a frame stay', () => {
  it.each<[why: string, block: string, expected: string]>([
    [
      'an event, an id, a comment',
      `event: message\nid: 7\n: note\n${says('ab.')}`,
      `event: message\nid: 7\n: note\n${says('X.')}`,
    ],
    ['lines that end as on Windows', `id: 7\r\n${says('ab.')}\r`, `id: 7\r\n${says('X.')}`],
    ['data behind the colon without a space', says('ab.').replace(': ', ':'), says('X.').replace(': ', ':')],
    [
      'data on several lines',
      'id: 7\r\ndata: {"choices":\ndata: [{"delta":{"content":"ab."}}]}',
      'id: 7\ndata: {"choices":\ndata: [{"delta":{"content":"X."}}]}',
    ],
  ])('%s', async (_why, block, expected) => {
    const [first] = await passed(rewriterWith(LIMITED_B), [block]);
    expect(first).toEqual([expected]);
  });

  it('and a frame made anew can be read again', () => {
    const frames = framesOf('data: {"choices":\ndata: [{"delta":{"content":"ab."}}]}');
    const [frame] = rewriterWith(LIMITED_B).take(frames) as readonly Frame[];
    expect(frameSplitter().push(frame?.raw ?? Buffer.alloc(0))).toEqual([frame]);
  });
});

it('what has gone on of the first choice is its reply as the rules have left it', async () => {
  const rewriter = rewriterWith({ ...LIMITED_B, apply_to: 'all' });
  expect(rewriter.sent).toBe('');
  const thought = data({ choices: [{ delta: { reasoning: 'hm' } }] });
  await passed(rewriter, [thought, says('1 ab '), says('other', null, 1), says('2 a'), says('b')]);
  expect(rewriter.sent).toBe('1 X 2 X');
});
