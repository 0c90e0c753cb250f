// GET /metrics: what has happened, in numbers, for Prometheus.
import { expect, test } from 'vitest';
import { failure, json, sse, stall } from '../support/answers.ts';
import { ask, askForStream, startHop } from '../support/harness.ts';
import { chunk, completion, completionStream } from '../support/openai.ts';

test('counts exchanges, attempts, verdicts and bytes, and agrees with /health/detailed', async () => {
  const hop = await startHop({
    answers: [failure(503, 'Busy'), json(completion('Hi')), failure(401, 'No'), sse(completionStream('Hi'))],
  });
  await ask(hop);
  await ask(hop);
  await askForStream(hop);
  const page = await hop.client.get('/metrics');
  const { status, text } = page;
  expect([status, page.header('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const lines = text.split('\n');
  for (const line of [
    'first_hop_exchanges_total{outcome="delivered"} 2',
    'first_hop_exchanges_total{outcome="failed"} 1',
    'first_hop_exchanges_saved_total 1',
    'first_hop_attempts_total{why="first"} 3',
    'first_hop_attempts_total{why="retry"} 1',
    'first_hop_verdicts_total{verdict="good",reason="",rule=""} 2',
    'first_hop_verdicts_total{verdict="retryable",reason="server-error",rule="retry_codes"} 1',
    'first_hop_verdicts_total{verdict="final",reason="bad-key",rule="fail_codes"} 1',
    'first_hop_first_content_seconds_count 2',
    'first_hop_exchange_duration_seconds_bucket{le="+Inf"} 3',
    'first_hop_exchanges_active 0',
    'first_hop_streams_active 0',
    'first_hop_journal_dropped_total 0',
  ])
    expect(lines).toContain(line);
  expect(text).not.toMatch(/test-model|Hello there/);
  const counts = { exchanges: 3, delivered: 2, saved: 1, failed: 1, attempts: 4, retries: 1, rescues: 0 };
  expect((await hop.client.get('/health/detailed')).json).toMatchObject({ counts });
});

test('tells of what is under way', async () => {
  const hop = await startHop({ answers: [sse([chunk('Once '), stall])] });
  const call = hop.chat({ stream: true });
  await call.until('Once');
  const { text } = await hop.client.get('/metrics');
  expect(text).toContain('first_hop_exchanges_active 1\n');
  expect(text).toContain('first_hop_streams_active 1\n');
  call.abort();
  await call.done.catch(() => undefined);
});

test('is for the same pages as everything else', async () => {
  const hop = await startHop({ answers: [] });
  const reply = await hop.client.call('/metrics', { headers: { origin: 'https://evil.example' } }).done;
  expect(reply.status).toBe(403);
  expect((await hop.client.call('/metrics', { method: 'POST' }).done).status).toBe(405);
});
