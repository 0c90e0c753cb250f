import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { reply, responded, rulesOf } from '../../test/support/outcomes.ts';
import { configSchema } from '../config/schema.ts';
import type { ReplyRewriting } from '../rewrite/replies.ts';
import { retryPolicy } from '../retry/policy.ts';
import { Stop } from '../std/abort.ts';
import { Delivery } from './delivery.ts';
import type { ExchangeStep } from './events.ts';
import { runExchange } from './run.ts';

it('the time that the rules take with a whole reply counts', async () => {
  const clock = new FakeClock();
  const fake = { getHeaderNames: () => [], writeHead: () => undefined, end: () => undefined };
  const slow: Pick<ReplyRewriting, 'whole'> = {
    async whole(body) {
      await clock.advance(90);
      return body;
    },
  };
  const delivery = new Delivery(fake as unknown as ServerResponse, false, slow as ReplyRewriting);
  const body = Buffer.from('{}');
  const request = { method: 'POST', path: '/', headers: [], body, reading: 'whole' } as const;
  const asked = {
    kind: 'exchange-start',
    exchangeId: 'a',
    endpoint: 'chat',
    profile: undefined,
    model: 'm',
    isStream: false,
    headers: [],
    received: body,
    sent: body,
    secrets: () => [],
  } as const;
  const steps: ExchangeStep[] = [];
  const { error_handling: errorHandling, streaming } = configSchema.parse({});
  await runExchange(
    { request, asked },
    delivery,
    {
      async send() {
        await clock.advance(100);
        return responded(200, reply({ content: 'Hi' }));
      },
      rules: rulesOf(),
      policy: retryPolicy(errorHandling),
      clock,
      observe: () => (step) => steps.push(step),
      keepAliveAfterMs: 0,
      rescue: streaming.rescue,
      rescueMemory: { refusesPrefill: new Set() },
    },
    new Stop(),
  );
  expect(steps).toMatchObject([
    { kind: 'attempt-start' },
    { kind: 'attempt-outcome', verdict: { kind: 'good', ended: true }, decision: { kind: 'finish' } },
    { kind: 'exchange-end', end: { kind: 'delivered' }, elapsedMs: 190, firstContentMs: 100 },
  ]);
});
