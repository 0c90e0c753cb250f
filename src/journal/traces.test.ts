import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { byEvents } from '../../test/support/by-events.ts';
import { FakeClock, settle } from '../../test/support/fake-clock.ts';
import type { Asked, ExchangeEnd, ExchangeEvent } from '../exchange/events.ts';
import type { Decision } from '../retry/decision.ts';
import type { Outcome } from '../upstream/outcome.ts';
import { newTrace } from '../upstream/upstream.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { otlpRequest } from './traces-otlp.ts';
import type { Span } from './traces-otlp.ts';
import { startTraces, traceObserver } from './traces.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const starts = (but: Partial<Asked> = {}, exchangeId = 'x'): ExchangeEvent => ({
  kind: 'exchange-start',
  exchangeId,
  endpoint: 'chat',
  profile: undefined,
  model: 'test-model',
  isStream: true,
  headers: [],
  received: Buffer.from('{"secret":"prompt"}'),
  sent: Buffer.from('{"secret":"prompt"}'),
  secrets: () => [],
  ...but,
});
const sent = (why: 'first' | 'retry' | 'rescue', exchangeId = 'x'): ExchangeEvent => ({
  kind: 'attempt-start',
  exchangeId,
  attempt: 1,
  why,
  trace: newTrace(),
});
const judged = (
  outcome: Outcome,
  verdict: Verdict,
  decision: Decision,
  [startedAtMs, endedAtMs]: readonly [number, number],
): ExchangeEvent => ({
  kind: 'attempt-outcome',
  exchangeId: 'x',
  attempt: 1,
  startedAtMs,
  endedAtMs,
  trace: newTrace(),
  outcome,
  verdict,
  situation: {
    attempts: [],
    elapsedMs: 1,
    commit: 'nothing',
    rescuesLeft: 0,
    hasOtherStyle: false,
    chance: 0,
  },
  decision,
});
const ends = (end: ExchangeEnd = { kind: 'delivered' }, exchangeId = 'x'): ExchangeEvent => ({
  kind: 'exchange-end',
  exchangeId,
  model: 'test-model',
  attempts: 2,
  startedAtMs: 4_000,
  elapsedMs: 900.5,
  firstContentMs: 400,
  end,
  told: { bytes: 50, received: 'secret reply', sent: 'secret reply' },
});
const busy: Verdict = {
  kind: 'retryable',
  reason: 'overloaded',
  rule: 'retry_codes',
  status: 503,
  message: 'your secret prompt is too much',
  cost: 'not-billed',
  conditional: false,
};
const refusal: Outcome = { kind: 'responded', status: 503, headers: [], body: Buffer.from('secret words') };
const completion = Buffer.from('{"usage":{"prompt_tokens":12,"completion_tokens":"many"}}');
const answer: Outcome = { kind: 'responded', status: 200, headers: [], body: completion };
const done: Outcome = {
  kind: 'ended',
  how: 'done',
  status: 200,
  headers: [],
  shown: 'content',
  said: 'secret reply',
  finishReason: 'stop',
};
const aborted: Outcome = { kind: 'aborted', by: 'client' };

const spansOf = (...events: readonly ExchangeEvent[]): readonly Span[] => {
  const spans: Span[] = [];
  const observe = byEvents(traceObserver(new FakeClock(), (made) => void spans.push(...made)));
  for (const event of events) observe(event);
  return spans;
};

describe('the spans of an exchange', () => {
  const retried = [
    starts({ headers: ['Traceparent', PARENT], profile: 'story' }),
    sent('first'),
    judged(refusal, busy, { kind: 'retry', delayMs: 250 }, [4_000, 4_100]),
    sent('retry'),
    judged(answer, { kind: 'good', ended: false }, { kind: 'deliver' }, [4_350, 4_500]),
    judged(done, { kind: 'good', ended: true }, { kind: 'finish' }, [4_350, 4_900]),
    ends(),
  ];
  const epochMs = Date.UTC(2026, 0, 1);

  it('continue the trace of the client, one for the exchange and one for each attempt', () => {
    const [whole, first, second, ...more] = spansOf(...retried);
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    expect(whole).toMatchObject({
      traceId,
      parentSpanId: 'b7ad6b7169203331',
      kind: 'server',
      isError: false,
      name: 'POST /chat/completions',
      startMs: epochMs + 4_000,
      endMs: epochMs + 4_900.5,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'test-model',
        'first_hop.profile': 'story',
        'first_hop.outcome': 'delivered',
        'first_hop.attempts': 2,
        'first_hop.rescues': 0,
        'first_hop.first_content_ms': 400,
      },
    });
    expect(first).toMatchObject({
      traceId,
      parentSpanId: whole?.spanId,
      kind: 'client',
      isError: true,
      name: 'chat test-model',
      startMs: epochMs + 4_000,
      endMs: epochMs + 4_100,
      attributes: {
        'http.response.status_code': 503,
        'error.type': 'overloaded',
        'first_hop.rule': 'retry_codes',
        'first_hop.delay_ms': 250,
        'http.request.resend_count': undefined,
      },
    });
    expect(second).toMatchObject({
      isError: false,
      endMs: epochMs + 4_900,
      attributes: {
        'http.request.resend_count': 1,
        'first_hop.attempt.why': 'retry',
        'first_hop.verdict': 'good',
        'gen_ai.usage.input_tokens': 12,
        'gen_ai.usage.output_tokens': undefined,
      },
    });
    expect(new Set([whole, first, second].map((span) => span?.spanId)).size).toBe(3);
    expect(more).toEqual([]);
  });

  it('hold no word of a prompt, a reply or an error', () => {
    const failed = ends({ kind: 'failed', status: 503, code: 'overloaded', message: 'secret words' });
    const text = otlpRequest([...spansOf(...retried), ...spansOf(starts(), failed)], {}, '1.2.3');
    expect(text).not.toContain('secret');
    expect(text).toContain('"error.type"');
  });

  it.each<[string, string | undefined]>([
    ['none came', undefined],
    ['it is not one', 'nonsense'],
    ['its trace is nothing but zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['its version is forbidden', PARENT.replace(/^00/, 'ff')],
  ])('begin a trace of their own when %s', (_reason, traceparent) => {
    const headers = traceparent === undefined ? [] : ['traceparent', traceparent];
    const [whole] = spansOf(starts({ headers }), ends());
    expect(whole?.traceId).toMatch(/^[\da-f]{32}$/);
    expect(whole?.parentSpanId).toBeUndefined();
    expect(traceparent ?? '').not.toContain(whole?.traceId);
  });

  it.each<[string, string]>([
    ['are not made where the client says that its trace is not recorded', PARENT.replace(/01$/, '00')],
    ['read the flag among others', PARENT.replace(/01$/, '02')],
  ])('%s', (_reason, traceparent) => {
    expect(spansOf(starts({ headers: ['traceparent', traceparent] }), sent('first'), ends())).toEqual([]);
  });

  it('understand later versions of the header', () => {
    const later = PARENT.replace(/^00/, '01') + '-more';
    expect(spansOf(starts({ headers: ['traceparent', later] }), ends())[0]?.parentSpanId).toBe(
      'b7ad6b7169203331',
    );
  });

  it('name what there is: a text completion, no model, a continuation', () => {
    const spans = spansOf(
      starts({ endpoint: 'text', model: undefined }),
      sent('rescue'),
      judged(aborted, { kind: 'moot' }, { kind: 'stop', because: 'moot' }, [4_000, 4_100]),
      ends({ kind: 'abandoned', by: 'client' }),
    );
    expect(spans.map(({ name }) => name)).toEqual(['POST /completions', 'text_completion']);
    expect(spans[0]?.attributes).toMatchObject({ 'first_hop.rescues': 1, 'first_hop.outcome': 'abandoned' });
  });

  it('leave an attempt as it was when the client leaves while nothing is tried', () => {
    const [, attempt, ...more] = spansOf(
      starts(),
      sent('first'),
      judged(refusal, busy, { kind: 'retry', delayMs: 250 }, [4_000, 4_100]),
      judged(aborted, { kind: 'moot' }, { kind: 'stop', because: 'moot' }, [4_000, 4_200]),
      ends({ kind: 'abandoned', by: 'client' }),
    );
    expect(attempt).toMatchObject({ isError: true, endMs: epochMs + 4_100 });
    expect(more).toEqual([]);
  });
});

describe('traces', () => {
  it('reach a collector, with what they have in common and the key it wants', async () => {
    const got: { readonly url: unknown; readonly key: unknown; readonly text: string }[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        got.push({ url: request.url, key: request.headers['api-key'], text });
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server that listens has such an address
    const { port } = server.address() as AddressInfo;
    const clock = new FakeClock();
    const traces = startTraces(
      {
        url: `http://127.0.0.1:${port}/v1/traces`,
        headers: { 'api-key': 'abc' },
        timeoutMs: 10_000,
        resource: { 'service.name': 'hop' },
      },
      '1.2.3',
      clock,
      { info: () => undefined, warn: () => undefined, error: () => undefined },
    );
    [starts(), ends()].forEach(byEvents(traces.observe));
    await clock.advance(5_000);
    while (got.length === 0) await settle(1);
    [starts(), ends()].forEach(byEvents(traces.observe));
    await traces.close();
    expect(got.map(({ url, key }) => [url, key])).toEqual([
      ['/v1/traces', 'abc'],
      ['/v1/traces', 'abc'],
    ]);
    expect(got[0]?.text).toMatch(/"service\.version".*"1\.2\.3".*"service\.name".*"hop".*"POST \/chat/);
    expect(traces.dropped).toBe(0);
  });
});
