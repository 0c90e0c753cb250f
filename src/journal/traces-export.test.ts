import { describe, expect, it } from 'vitest';
import { FakeClock, settle } from '../../test/support/fake-clock.ts';
import { SpanExport } from './traces-export.ts';
import { otlpRequest } from './traces-otlp.ts';
import type { Span } from './traces-otlp.ts';

const span: Span = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  parentSpanId: undefined,
  name: 'n',
  kind: 'client',
  startMs: 1_700_000_000_000.25,
  endMs: 1_700_000_000_001,
  attributes: { text: 't', whole: 3, part: 0.5, yes: true, none: undefined },
  isError: true,
};

describe('the form of OpenTelemetry', () => {
  it('writes times and integers as texts, and leaves out what is not known', () => {
    const request: unknown = JSON.parse(otlpRequest([span], { 'service.name': 's' }, '1.2.3'));
    expect(request).toEqual({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 's' } }] },
          scopeSpans: [
            {
              scope: { name: 'first-hop', version: '1.2.3' },
              spans: [
                {
                  traceId: 'a'.repeat(32),
                  spanId: 'b'.repeat(16),
                  name: 'n',
                  kind: 3,
                  startTimeUnixNano: '1700000000000250000',
                  endTimeUnixNano: '1700000000001000000',
                  attributes: [
                    { key: 'text', value: { stringValue: 't' } },
                    { key: 'whole', value: { intValue: '3' } },
                    { key: 'part', value: { doubleValue: 0.5 } },
                    { key: 'yes', value: { boolValue: true } },
                  ],
                  status: { code: 2 },
                },
              ],
            },
          ],
        },
      ],
    });
  });
});

describe('the way out', () => {
  const spans = (count: number): readonly Span[] => Array.from({ length: count }, () => span);

  function start(...answers: readonly (number | Error | string)[]) {
    const clock = new FakeClock();
    const said: string[] = [];
    const say = (line: string): void => void said.push(line);
    const batches: [count: number, isLastWord: boolean][] = [];
    const left = [...answers];
    const out = new SpanExport(
      async (batch, isLastWord) => {
        batches.push([batch.length, isLastWord]);
        const next = left.shift() ?? 200;
        await settle(1);
        if (typeof next === 'number') return next;
        throw next;
      },
      'http://collector/v1/traces',
      clock,
      { info: say, warn: say, error: say },
    );
    return { out, clock, said, batches };
  }

  it('is taken together, in batches', async () => {
    const { out, clock, batches } = start();
    out.add(spans(500));
    out.add(spans(20));
    await clock.advance(4_999);
    expect(batches).toEqual([]);
    await clock.advance(1);
    expect(batches).toEqual([
      [512, false],
      [8, false],
    ]);
    expect([out.dropped, clock.waiting()]).toEqual([0, []]);
  });

  it('is tried again, later and later, while there is hope; that is told once', async () => {
    const { out, clock, said, batches } = start(new Error('refused'), 503, 'gone', 429, 200, 502);
    out.add(spans(3));
    await clock.advance(5_000);
    expect(said).toEqual([
      'Traces can not be sent to http://collector/v1/traces: refused. Requests are served as ever.',
    ]);
    const waits: (readonly number[])[] = [];
    while (batches.length < 5) {
      waits.push(clock.waiting());
      await clock.advance(clock.waiting()[0] ?? 0);
    }
    expect(waits).toEqual([[10_000], [20_000], [40_000], [60_000]]);
    expect([out.dropped, said.length, clock.waiting()]).toEqual([0, 1, []]);
    out.add(spans(1));
    await clock.advance(5_000);
    expect(said[1]).toContain('it answers with 502');
  });

  it('loses what is refused for good, and what is too much', async () => {
    const { out, clock, said } = start(400);
    out.add(spans(2_000));
    out.add(spans(50));
    expect(out.dropped).toBe(2);
    await clock.advance(5_000);
    expect([out.dropped, said.length]).toEqual([514, 1]);
  });

  it('is tried a last time at the end', async () => {
    const { out, clock, batches } = start(200, 'gone');
    out.add(spans(1));
    await out.close();
    expect([batches, out.dropped, clock.waiting()]).toEqual([[[1, true]], 0, []]);
    out.add(spans(2));
    await out.close();
    expect([batches.at(-1), out.dropped, clock.waiting()]).toEqual([[2, true], 2, []]);
  });
});
