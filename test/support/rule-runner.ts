// Text rules and the thread they run in, for tests of how long they may take.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import { ruleRunner } from '../../src/rewrite/budget.ts';
import type { RuleRunner } from '../../src/rewrite/budget.ts';
import type { Job } from '../../src/rewrite/job.ts';
import { regexReplacementSchema, responseProcessingSchema } from '../../src/rewrite/options.ts';
import { compileTextRule } from '../../src/rewrite/pattern.ts';
import { openRewriting } from '../../src/rewrite/rewriting.ts';
import type { Rewriting } from '../../src/rewrite/rewriting.ts';
import type { ActiveRule } from '../../src/rewrite/rules.ts';
import { FakeClock, settle } from './fake-clock.ts';
import { REWRITE_WORKER } from './rewrite-worker.ts';

/** A rule for all texts, named after its pattern. */
export function rule(pattern: string, replacement: string): ActiveRule {
  const compiled = compileTextRule({ pattern, replacement, flags: '' });
  if (compiled.kind === 'invalid') throw new Error(compiled.problem.message);
  return { name: `the rule ${pattern}`, step: { kind: 'rule', rule: compiled.rule }, appliesTo: 'all' };
}

/** One whole text through these steps. */
export function whole(text: string, ...steps: readonly number[]): Job {
  return {
    chains: [steps.map((step) => ({ kind: 'whole', step }))],
    pieces: [{ chain: 0, text, isEnd: true }],
  };
}

/**
 * A thread that runs this code. It has `port` and `atWork`, and functions: `answer(text)`, `when(word, callback)` to be
 * told something, and `say(word)`.
 */
export async function workerOf(code: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'first-hop-worker-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'worker.mjs');
  const start = `import { BroadcastChannel, parentPort as port, workerData } from 'node:worker_threads';
const { atWork } = workerData;
const answer = (text) => port.postMessage({ chains: [], texts: [text], changes: [], usedMs: 0 });
const when = (word, callback) => { new BroadcastChannel(word).onmessage = callback; };
const say = (word) => { new BroadcastChannel(word).postMessage(word); };
`;
  await writeFile(file, start + code);
  return pathToFileURL(file);
}

/** Resolves when a thread says this word. */
export async function heard(word: string): Promise<void> {
  const channel = new BroadcastChannel(word);
  await new Promise((resolve) => {
    channel.addEventListener('message', resolve, { once: true });
  });
  channel.close();
}

/** Says a word to threads, again and again until something has come of it. */
export async function sayUntil<T>(word: string, result: Promise<T>): Promise<T> {
  const channel = new BroadcastChannel(word);
  const over = { is: false };
  const note = (): void => void (over.is = true);
  result.then(note, note);
  while (!over.is) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel between threads has no origin
    channel.postMessage(word);
    await settle();
  }
  channel.close();
  return result;
}

/** A runner on a clock of its own, closed after the test, with what it says. */
export interface TestRunner {
  readonly runner: RuleRunner;
  readonly clock: FakeClock;
  readonly warned: readonly string[];
  /** The rules that were stopped. */
  readonly stopped: readonly string[];
}

/** @param file what its thread runs */
export function startRunner(file: URL, ...rules: readonly ActiveRule[]): TestRunner {
  const clock = new FakeClock();
  const warned: string[] = [];
  const stopped: string[] = [];
  const log = {
    info: () => undefined,
    warn: (line: string) => void warned.push(line),
    error: () => undefined,
  };
  const runner = ruleRunner(rules, {
    clock,
    log,
    workerFile: file,
    stopped: (name) => void stopped.push(name),
  });
  onTestFinished(() => runner.close());
  return { runner, clock, warned, stopped };
}

/** The rules of a configuration at work, closed after the test. */
export function openRules(requests: object, replies: object = {}, clock = new FakeClock()): Rewriting {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const options = {
    regex_replacement: regexReplacementSchema.parse(requests),
    response_processing: responseProcessingSchema.parse(replies),
  };
  const rewriting = openRewriting(options, { clock, log, workerFile: REWRITE_WORKER });
  onTestFinished(() => rewriting.close());
  return rewriting;
}

/** A request as the rules leave it. */
export async function rewritten(rewriting: Rewriting, json: string): Promise<string> {
  const body = Buffer.from(json);
  return String(await rewriting.requests?.rewrite(body, body.toString('latin1')));
}

/** A whole reply, by rules that need no thread. */
export function wholeReply(rewriting: Rewriting, json: string): string {
  const whole = rewriting.replies?.whole(Buffer.from(json));
  return Buffer.isBuffer(whole) ? whole.toString() : 'it takes a while';
}
