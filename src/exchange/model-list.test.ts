import { expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { abortCause, Stop } from '../std/abort.ts';
import type { Send } from '../upstream/upstream.ts';
import { listModels } from './model-list.ts';

const REQUEST = {
  method: 'GET',
  path: '/v1/models',
  headers: [],
  body: undefined,
  reading: 'whole',
} as const;
const NO_MEMORY = { remember: () => Promise.resolve(), recall: () => Promise.resolve(undefined) };

it.each<[string, boolean]>([
  ['before it is asked', true],
  ['while it is asked', false],
])('asks nobody for a client that leaves %s', async (_when, isBefore) => {
  const stop = new Stop();
  if (isBefore) stop.abort('client');
  const send: Send = (_request, signal) => {
    if (signal.aborted) return Promise.resolve({ kind: 'aborted', by: abortCause(signal) });
    return new Promise((resolve) => {
      const leave = (): void => resolve({ kind: 'aborted', by: abortCause(signal) });
      signal.addEventListener('abort', leave, { once: true });
    });
  };
  const listed = listModels(REQUEST, send, NO_MEMORY, new FakeClock(), stop);
  stop.abort('client');
  expect(await listed).toBeUndefined();
});
