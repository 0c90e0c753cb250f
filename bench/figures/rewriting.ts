// Text rules by themselves, without a server around them: what new text costs, what a history costs that is sent again,
// and how long anything else has to wait while a pattern runs wild.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { regexReplacementSchema, responseProcessingSchema } from '../../src/rewrite/options.ts';
import { openRewriting, type Rewriting } from '../../src/rewrite/rewriting.ts';
import { systemClock } from '../../src/std/clock.ts';
import { PRODUCT, Series, valueAtMost, type Figure } from '../figure.ts';
import { findRoot } from '../product.ts';
import type { Run } from '../run.ts';
import { sentence } from '../wire.ts';

const KB = 1_024;
const MESSAGE_SENTENCES = 12;

/** What people have rules for. */
const WORDS = ['colour', 'shivers', 'barely above', 'a testament to', 'tapestry', 'bond', 'orbs', 'smirk'];

/** Rules of four kinds, in equal parts; no two are the same. */
function rules(count: number): readonly object[] {
  return Array.from({ length: count }, (_, index) => {
    const word = `${WORDS[index % WORDS.length]}${index < WORDS.length ? '' : index}`;
    const kinds = [
      { pattern: `\\b${word}s?\\b`, replacement: 'x', flags: 'i' },
      { pattern: word, replacement: 'y' },
      { pattern: `(${word}|${word}ed) (\\w{1,12})`, replacement: '\\2 \\1' },
      { pattern: `[“”] ?${word}`, replacement: '"' },
    ];
    return kinds[index % kinds.length] ?? {};
  });
}

/** A chat of about this size in which every message begins with `salt`. */
function chat(bytes: number, salt: string): Buffer {
  const text = String(JSON.parse(`"${sentence}"`)).repeat(MESSAGE_SENTENCES);
  const messages: object[] = [];
  for (let size = 0; size < bytes; size += Buffer.byteLength(JSON.stringify(messages.at(-1)))) {
    const role = messages.length % 2 === 0 ? 'user' : 'assistant';
    messages.push({ role, content: `${salt} ${messages.length} ${text}` });
  }
  return Buffer.from(JSON.stringify({ model: 'bench', stream: true, messages }));
}

function open(list: readonly object[]): Rewriting {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const options = {
    regex_replacement: regexReplacementSchema.parse({ rules: list }),
    response_processing: responseProcessingSchema.parse({}),
  };
  const workerFile = pathToFileURL(join(findRoot(), 'dist', 'rewrite-worker.js'));
  return openRewriting(options, { clock: systemClock, log, workerFile });
}

/** How long a request takes in milliseconds. */
async function rewriteMs({ requests }: Rewriting, body: Buffer): Promise<number> {
  const json = body.toString('latin1');
  const startedAtMs = performance.now();
  await requests?.rewrite(body, json);
  return performance.now() - startedAtMs;
}

interface Case {
  readonly label: string;
  readonly bytes: number;
  readonly rules: number;
  readonly limitMs: number;
}

const cases: readonly Case[] = [
  { label: '32 KB', bytes: 32 * KB, rules: 100, limitMs: 5 },
  { label: '1 MB', bytes: KB * KB, rules: 20, limitMs: 35 },
];
const MAX_RESENT_MS = 2;

async function newAndResent(run: Run, { label, bytes, rules: count, limitMs }: Case): Promise<Figure[]> {
  const rewriting = open(rules(count));
  const fresh = new Series();
  const resent = new Series();
  for (let round = -2; round < run.scale.rounds; round += 1) {
    const body = chat(bytes, `round ${round}`);
    const freshMs = await rewriteMs(rewriting, body);
    const resentMs = await rewriteMs(rewriting, Buffer.from(body));
    if (round < 0) continue; // the first ones let the code be compiled
    fresh.add(PRODUCT, freshMs);
    resent.add(PRODUCT, resentMs);
  }
  await rewriting.close();
  return [
    fresh.figure(`rewriting ${label} of new text, ${count} rules`, 'ms', valueAtMost(limitMs)),
    resent.figure(
      `rewriting ${label} that was sent before, ${count} rules`,
      'ms',
      valueAtMost(MAX_RESENT_MS),
    ),
  ];
}

/** Less than the 100 ms that such a pattern is given. */
const MAX_WAIT_MS = 50;

/** The longest time for which nothing else is done in the meantime. */
async function whileOneRunsWild(): Promise<Figure> {
  const waits = new Series();
  const rewriting = open([{ pattern: '(a|a)+$' }]);
  let last = performance.now();
  let longestMs = 0;
  const state = { isOver: false };
  const look = (): void => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    if (!state.isOver) setImmediate(look);
  };
  setImmediate(look);
  await rewriteMs(
    rewriting,
    Buffer.from(JSON.stringify({ messages: [{ role: 'user', content: `${'a'.repeat(40)}!` }] })),
  );
  state.isOver = true;
  waits.add(PRODUCT, longestMs);
  await rewriting.close();
  return waits.figure('longest wait of others while a pattern runs wild', 'ms', valueAtMost(MAX_WAIT_MS));
}

/** New text, text that was sent before, and a pattern that would never end. */
export async function measureRewriting(run: Run): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const each of cases) figures.push(...(await newAndResent(run, each)));
  return [...figures, await whileOneRunsWild()];
}
