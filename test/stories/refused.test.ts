// Nobody listens where the upstream should be.
import { expect, onTestFinished, test } from 'vitest';
import { json, sse } from '../support/answers.ts';
import { errorIn } from '../support/expectations.ts';
import { ask, askForStream, startHop, startHopAt } from '../support/harness.ts';
import type { Hop } from '../support/harness.ts';
import { completion, completionStream } from '../support/openai.ts';
import { startUpstream } from '../support/scripted-upstream.ts';

async function startHopBeforeNobody(config = {}): Promise<Hop> {
  const gone = await startUpstream([]);
  await gone.close();
  return startHopAt(gone, { config });
}

test.each([
  ['plain', false],
  ['stream', true],
])('a refused connection to the last: 502 with words that say where (%s)', async (_name, stream) => {
  const hop = await startHopBeforeNobody({ error_handling: { max_retries: 2 } });
  const reply = await ask(hop, { stream });
  const error = errorIn(reply);
  expect([reply.status, error.type]).toEqual([502, 'connection_error']);
  expect(error.message).toContain(hop.upstream.url.replace('http://', ''));
  expect(hop.clock.slept).toEqual([1_000, 2_000]);
});

test('an upstream that comes back in the meantime is found', async () => {
  const hop = await startHopBeforeNobody();
  hop.clock.holdSleeps = true;
  const asked = askForStream(hop);
  await hop.clock.whenWaiting(1_000);
  const back = await startUpstream(
    [sse(completionStream('I am back.'))],
    Number(new URL(hop.upstream.url).port),
  );
  onTestFinished(() => back.close());
  const reply = await hop.clock.advanceUntil(asked);
  expect(reply.text).toBe(completionStream('I am back.').join(''));
});

test('an upstream that restarts between two requests is not noticed', async () => {
  const hop = await startHop({ answers: [json(completion('Hi'))] });
  await ask(hop);
  hop.upstream.dropConnections();
  expect((await ask(hop)).text).toBe(completion('Hi'));
});
