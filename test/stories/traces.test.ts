// Traces of whole exchanges, sent where the environment asks for them.
import { expect, onTestFinished, test } from 'vitest';
import { json } from '../support/answers.ts';
import { ask, startHop } from '../support/harness.ts';
import { completion } from '../support/openai.ts';
import { startUpstream } from '../support/scripted-upstream.ts';

test('an exchange is sent as a trace, without its words, at the latest when First Hop ends', async () => {
  const collector = await startUpstream([json('{}')]);
  onTestFinished(() => collector.close());
  const traces = {
    url: `${collector.url}/v1/traces`,
    headers: {},
    timeoutMs: 1_000,
    resource: { 'service.name': 'mine' },
  };
  const hop = await startHop({ answers: [json(completion('A private reply'))], traces });
  await ask(hop);
  expect((await hop.client.get('/metrics')).text).toContain('first_hop_spans_dropped_total 0');
  await hop.clock.advanceUntil(hop.stop());
  const sent = (await collector.request(1)).body.toString();
  expect(sent).toContain('"mine"');
  expect(sent).toContain('test-model');
  expect(sent).not.toMatch(/Hello there|A private reply/);
});
