// Which rules have changed something: told of requests and replies, whole or in pieces, remembered or not.
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';
import { frameSplitter } from '../sse/split.ts';
import { DONE_FRAME, dataFrame } from '../sse/write.ts';
import { regexReplacementSchema, responseProcessingSchema } from './options.ts';
import { openRewriting } from './rewriting.ts';
import type { Rewriting } from './rewriting.ts';
import type { ActiveRule } from './rules.ts';

function open(rules: object): Rewriting {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const options = {
    regex_replacement: regexReplacementSchema.parse(rules),
    response_processing: responseProcessingSchema.parse(rules),
  };
  const rewriting = openRewriting(options, { clock: new FakeClock(), log, workerFile: REWRITE_WORKER });
  onTestFinished(() => rewriting.close());
  return rewriting;
}

/** What is told of, in the order it is told. */
function listener(): { readonly heard: string[]; readonly changed: (rule: ActiveRule) => void } {
  const heard: string[] = [];
  return { heard, changed: ({ pattern, name }) => heard.push(pattern ?? name) };
}

async function inRequest(rewriting: Rewriting, ...texts: readonly string[]): Promise<readonly string[]> {
  const body = Buffer.from(JSON.stringify({ messages: texts.map((content) => ({ role: 'user', content })) }));
  const { heard, changed } = listener();
  await rewriting.requests?.rewrite(body, body.toString('latin1'), changed);
  return heard;
}

async function inReply(rewriting: Rewriting, content: string): Promise<readonly string[]> {
  const { heard, changed } = listener();
  await rewriting.replies?.whole(
    Buffer.from(JSON.stringify({ choices: [{ message: { content } }] })),
    changed,
  );
  return heard;
}

async function inStream(rewriting: Rewriting, ...pieces: readonly string[]): Promise<readonly string[]> {
  const { heard, changed } = listener();
  const rewriter = rewriting.replies?.stream(changed);
  const splitter = frameSplitter();
  for (const content of pieces)
    await rewriter?.take(splitter.push(dataFrame({ choices: [{ index: 0, delta: { content } }] })));
  await rewriter?.take(splitter.push(DONE_FRAME));
  await rewriter?.end();
  return [...new Set(heard)];
}

const RULES = [{ pattern: 'dog', replacement: 'cat' }, { pattern: 'x+y' }, { pattern: 'never' }];

describe.each<[string, readonly object[]]>([
  ['without the thread', []],
  ['in the thread, since one rule may take long', [{ pattern: '(a|a)+b' }]],
])('%s', (_where, more) => {
  it('the rules that change a request are told of, each once', async () => {
    const rewriting = open({ rules: [...RULES, ...more] });
    expect(await inRequest(rewriting, 'a dog', 'two dogs', 'xxy')).toEqual(['dog', 'x+y']);
    expect(await inRequest(rewriting, 'a bird')).toEqual([]);
  });

  it('they are told of again when the texts are remembered', async () => {
    const rewriting = open({ rules: [...RULES, ...more] });
    await inRequest(rewriting, 'a dog', 'a bird');
    expect(await inRequest(rewriting, 'a dog', 'a bird')).toEqual(['dog']);
    expect(await inRequest(rewriting, 'a dog', 'a bird', 'xy')).toEqual(['dog', 'x+y']);
  });

  it('the rules that change a reply are told of', async () => {
    const rewriting = open({ rules: [...RULES, ...more] });
    expect(await inReply(rewriting, 'a dog')).toEqual(['dog']);
    expect(await inReply(rewriting, 'a bird')).toEqual([]);
  });

  it('the rules that change a stream are told of, and holding back is no change', async () => {
    const rewriting = open({ rules: [...RULES, ...more] });
    expect(await inStream(rewriting, 'a d', 'o', 'g', ' and x')).toEqual(['dog']);
    expect(await inStream(rewriting, 'a d', 'o', 't', ' and x')).toEqual([]);
    expect(await inStream(rewriting, 'xx', 'x', 'y')).toEqual(['x+y']);
  });
});

it('a preset is told of by its name', async () => {
  const rewriting = open({ presets: ['straight-quotes', 'fix-mojibake'] });
  expect(await inReply(rewriting, '“Hi”')).toEqual(['the preset straight-quotes']);
  expect(await inStream(rewriting, 'itâ', '€', '™s', ' and “')).toEqual(
    expect.arrayContaining(['the preset straight-quotes', 'the preset fix-mojibake']),
  );
  expect(await inStream(rewriting, 'plain â', ' la carte')).toEqual([]);
});

it('need not be listened to', async () => {
  const { requests, replies } = open({ rules: RULES });
  const body = Buffer.from('{"messages":[{"role":"user","content":"a dog"}]}');
  expect(String(await requests?.rewrite(body, body.toString('latin1')))).toContain('a cat');
  expect(String(await replies?.whole(Buffer.from('{"choices":[{"message":{"content":"dog"}}]}')))).toContain(
    'cat',
  );
});
