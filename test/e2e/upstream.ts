// The provider of these stories: what it answers is told story by story, while First Hop and the page stay.
import { setTimeout as sleep } from 'node:timers/promises';
import { failure, json, sse } from '../support/answers.ts';
import type { Answer, Step } from '../support/answers.ts';
import { chunk } from '../support/openai.ts';
import { startUpstream } from '../support/scripted-upstream.ts';
import type { ReceivedRequest } from '../support/scripted-upstream.ts';

/** The models it offers. */
export const MODELS: readonly string[] = ['test-model', 'test-model-large'];

/** An answer, or how to make it when its request is there. */
export type StoryAnswer = Answer | (() => Answer);

/**
 * A stream that speaks as models do: a word every 60 ms, and then the steps given. SillyTavern draws at most 30 times
 * a second, and what comes faster is drawn with the next word.
 */
export function speaking(text: string, ...afterwards: readonly Step[]): StoryAnswer {
  const words = text.split(/(?<= )/);
  return () =>
    sse([...words.flatMap((word, position) => [sleep(60 * position), chunk(word)]), ...afterwards]);
}

/** An upstream whose answers can be changed. */
export interface StoryUpstream {
  /** What stands in the configuration as `target_proxy.url`. */
  readonly url: string;
  /** Begins a story: the answers to its chat requests, in order; after the last one it says that they are over. */
  readonly answers: (...answers: readonly StoryAnswer[]) => void;
  /** The chat requests of this story so far. */
  readonly requests: () => readonly ReceivedRequest[];
  readonly close: () => Promise<void>;
}

/** Starts it on a free loopback port, without a story. */
export async function startStoryUpstream(): Promise<StoryUpstream> {
  let left: StoryAnswer[] = [];
  let requests: ReceivedRequest[] = [];
  const upstream = await startUpstream((request) => {
    if (request.path.endsWith('/models')) {
      return json({ object: 'list', data: MODELS.map((id) => ({ id, object: 'model' })) });
    }
    requests.push(request);
    const answer = left.shift() ?? failure(400, 'This story has no more answers.');
    return typeof answer === 'function' ? answer() : answer;
  });
  return {
    url: `${upstream.url}/v1`,
    answers: (...answers) => {
      left = [...answers];
      requests = [];
    },
    requests: () => requests,
    close: () => upstream.close(),
  };
}

const GIVEN_UP_WITHIN_MS = 2_000;

/** Resolves when a request's connection was closed before its answer was over; rejects when that takes too long. */
export async function givenUp(request: ReceivedRequest | undefined): Promise<void> {
  if (request === undefined) throw new Error('The provider has not been asked.');
  const closed = new AbortController();
  const late = sleep(GIVEN_UP_WITHIN_MS, 'late' as const, { signal: closed.signal });
  if ((await Promise.race([request.closedByPeer, late])) === 'late') {
    throw new Error(`The connection to the provider was still open after ${GIVEN_UP_WITHIN_MS / 1000} s.`);
  }
  closed.abort();
}
