import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { byEvents } from '../../test/support/by-events.ts';
import { dashboardParts, exchangeEvents, memoryStore, serveDashboard } from '../../test/support/dashboard.ts';
import { FakeClock, settle } from '../../test/support/fake-clock.ts';
import type { ExchangeEvent } from '../exchange/events.ts';
import { newTrace } from '../upstream/upstream.ts';
import { HEARTBEAT_MS, PAUSE_MS, startFeeds } from './feed.ts';
import { trackLive } from './live.ts';
import { countToday } from './today.ts';
import type { NowMessage } from './wire.ts';

/** What a page receives, and how much it takes. */
class Page extends EventEmitter {
  readonly written: string[] = [];
  status = 0;
  writableNeedDrain = false;
  writableEnded = false;
  writeHead(status: number): this {
    this.status = status;
    return this;
  }
  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
  end(): void {
    this.writableEnded = true;
  }
  messages(): readonly NowMessage[] {
    return this.written.flatMap((text) =>
      text.startsWith('data: ') ? [JSON.parse(text.slice(6)) as NowMessage] : [],
    );
  }
}

function setUp(): {
  readonly clock: FakeClock;
  readonly tell: (events: readonly ExchangeEvent[]) => void;
  readonly look: () => Promise<{ readonly page: Page; readonly leave: () => void }>;
  readonly close: () => void;
  /** Holds messages that are being made until what it returns is called. */
  readonly hold: () => () => void;
} {
  const clock = new FakeClock();
  const live = trackLive(clock);
  const today = countToday(memoryStore(), clock);
  let held = Promise.resolve();
  const observeLive = byEvents(live.observe);
  const observeToday = byEvents(today.observe);
  const slowly = { ...today, totals: () => held.then(today.totals) };
  const feeds = startFeeds(dashboardParts({ clock }), live, slowly);
  return {
    clock,
    tell: (events) => {
      for (const event of events) {
        observeLive(event);
        observeToday(event);
      }
    },
    look: async () => {
      const page = new Page();
      const leaving = new AbortController();
      await feeds.open(page as unknown as ServerResponse, leaving.signal);
      return { page, leave: () => leaving.abort() };
    },
    close: feeds.close,
    hold: () => {
      let release = (): void => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
  };
}

describe('the live feed', () => {
  it('begins with everything that is running, also what began while nobody looked', async () => {
    const { tell, look } = setUp();
    tell(exchangeEvents('gone'));
    tell(exchangeEvents('a', { message: 'no sk-planted-secret-1 here' }).slice(0, 3));
    const { page } = await look();
    const [snapshot] = page.messages();
    expect(snapshot).toMatchObject({ kind: 'snapshot', today: { exchanges: 1, saved: 1 }, upstream: {} });
    expect(snapshot?.exchanges).toEqual([
      {
        id: 'a',
        startedAt: Date.UTC(2026, 0, 1) + 5_000,
        endpoint: 'chat',
        stream: true,
        model: 'test-model',
        attempts: [
          {
            why: 'first',
            startedMs: 0,
            connectedMs: 10,
            answeredMs: 50,
            endedMs: 100,
            waitMs: 1_000,
            verdict: {
              kind: 'retryable',
              words: 'The provider sent an empty reply',
              reason: 'empty-reply',
              rule: 'retry_codes',
              status: 503,
              message: 'no sk-…et-1 here',
            },
          },
        ],
      },
    ]);
  });

  it('tells what has changed once, however often it changed in a tenth of a second', async () => {
    const { clock, tell, look } = setUp();
    const { page } = await look();
    tell(exchangeEvents('a'));
    expect(page.messages()).toHaveLength(1);
    await clock.advance(PAUSE_MS);
    const [, changes] = page.messages();
    expect(changes).toMatchObject({ kind: 'changes', today: { delivered: 1 } });
    expect(changes?.exchanges).toMatchObject([
      {
        id: 'a',
        end: { kind: 'delivered' },
        elapsedMs: 1_500,
        attempts: [{ why: 'first' }, { why: 'retry', shownMs: 90, verdict: { kind: 'good' } }],
      },
    ]);
    expect(page.messages()).toHaveLength(2);
  });

  it('tells how far an attempt has got while it goes on, and nothing while nothing comes of it', async () => {
    const { clock, tell, look } = setUp();
    const [start] = exchangeEvents('a');
    if (start === undefined) throw new Error('no events');
    const beganMs = clock.nowMs();
    const trace = { ...newTrace(), connectedAtMs: beganMs + 7 };
    const begun = [
      start,
      { kind: 'attempt-start', exchangeId: 'a', attempt: 1, why: 'first', trace },
    ] as const;
    tell(begun);
    const { page } = await look();
    expect(page.messages()[0]?.exchanges[0]?.attempts).toEqual([
      { why: 'first', startedMs: 0, connectedMs: 7 },
    ]);
    await clock.advance(5 * PAUSE_MS);
    expect(page.messages()).toHaveLength(1);
    trace.answeredAtMs = beganMs + 300;
    await clock.advance(PAUSE_MS);
    trace.shownAtMs = beganMs + 650;
    await clock.advance(5 * PAUSE_MS);
    expect(page.messages().map(({ exchanges }) => exchanges[0]?.attempts)).toEqual([
      [{ why: 'first', startedMs: 0, connectedMs: 7 }],
      [{ why: 'first', startedMs: 0, connectedMs: 7, answeredMs: 300 }],
      [{ why: 'first', startedMs: 0, connectedMs: 7, answeredMs: 300, shownMs: 650 }],
    ]);
    tell(exchangeEvents('a').slice(-1));
    await clock.advance(PAUSE_MS);
    expect([page.messages().length, clock.waiting().length]).toEqual([4, 1]);
  });

  it('goes on with what changes while a message is made', async () => {
    const { clock, tell, look, hold } = setUp();
    const { page } = await look();
    tell(exchangeEvents('a').slice(0, 1));
    const release = hold();
    await clock.advance(PAUSE_MS);
    tell(exchangeEvents('b').slice(0, 1));
    release();
    await settle();
    await clock.advance(PAUSE_MS);
    expect(page.messages().flatMap(({ exchanges }) => exchanges.map(({ id }) => id))).toEqual(['a', 'b']);
  });

  it('waits for a page that does not read', async () => {
    const { clock, tell, look } = setUp();
    const { page } = await look();
    page.writableNeedDrain = true;
    tell(exchangeEvents('a').slice(0, 2));
    await clock.advance(PAUSE_MS);
    tell(exchangeEvents('a').slice(2));
    await clock.advance(10 * PAUSE_MS);
    expect(page.messages()).toHaveLength(1);
    page.writableNeedDrain = false;
    page.emit('drain');
    await clock.advance(PAUSE_MS);
    expect(page.messages()).toHaveLength(2);
  });

  it('finds out by a comment whether the page is still there', async () => {
    const { clock, look } = setUp();
    const { page } = await look();
    await clock.advance(2 * HEARTBEAT_MS);
    expect(page.written.filter((text) => text.startsWith(':'))).toHaveLength(2);
  });

  it('costs nothing when nobody looks any more', async () => {
    const { clock, tell, look } = setUp();
    const { page, leave } = await look();
    tell(exchangeEvents('a').slice(0, 1));
    leave();
    tell(exchangeEvents('b'));
    expect([clock.waiting(), page.messages().length, page.writableEnded]).toEqual([[], 1, true]);
  });

  it('does not write to a page that leaves while its message is made', async () => {
    const { clock, tell, look, hold } = setUp();
    const { page, leave } = await look();
    tell(exchangeEvents('a').slice(0, 1));
    const release = hold();
    await clock.advance(PAUSE_MS);
    tell(exchangeEvents('a').slice(1, 2));
    leave();
    release();
    await settle();
    expect([clock.waiting(), page.messages().length]).toEqual([[], 1]);
  });

  it('does not wait for a page that has left while it did not read', async () => {
    const { clock, tell, look } = setUp();
    const { page, leave } = await look();
    page.writableNeedDrain = true;
    tell(exchangeEvents('a').slice(0, 1));
    await clock.advance(PAUSE_MS);
    leave();
    page.emit('drain');
    expect([clock.waiting(), page.messages().length]).toEqual([[], 1]);
  });

  it('ends when First Hop does, and has a limit', async () => {
    const { close, look } = setUp();
    const pages = await Promise.all(Array.from({ length: 21 }, () => look()));
    expect(pages.map(({ page }) => page.status).filter((status) => status === 503)).toHaveLength(1);
    close();
    expect(pages.every(({ page }) => page.writableEnded)).toBe(true);
  });

  it('is one of the answers of the API', async () => {
    const { url, dashboard, close, ask } = await serveDashboard(dashboardParts());
    onTestFinished(close);
    const response = await new Promise<AsyncIterable<Buffer>>((resolve) => {
      request(`${url}/api/events`, resolve).end();
    });
    for await (const chunk of response) {
      expect(String(chunk)).toMatch(/^data: \{"kind":"snapshot"/);
      break;
    }
    for (const event of exchangeEvents('a').slice(0, 1)) byEvents(dashboard.observe)(event);
    expect((await ask('GET', '/api/now')).json).toMatchObject({ kind: 'snapshot', exchanges: [{ id: 'a' }] });
  });
});

it('shows no secret of the body, neither in a message nor as a model', () => {
  const live = trackLive(new FakeClock());
  const observe = byEvents(live.observe);
  const [start, begun, judged] = exchangeEvents('a', {
    model: 'my old dog',
    message: 'no access with proxy password "my old dog"',
  });
  if (start?.kind !== 'exchange-start' || begun === undefined || judged === undefined)
    throw new Error('no events');
  observe({ ...start, received: Buffer.from('{"proxy_password":"my old dog"}') });
  observe(begun);
  observe(judged);
  const shown = live.running()[0]?.shown();
  expect(shown).toMatchObject({ model: '…', attempts: [{ verdict: { message: /no access/ } }] });
  expect(JSON.stringify(shown)).not.toContain('my old dog');
});

it('shows an attempt that nothing has come of, and the profile it belongs to', () => {
  const live = trackLive(new FakeClock());
  const observe = byEvents(live.observe);
  const [start, , judged] = exchangeEvents('a');
  if (start?.kind !== 'exchange-start' || judged === undefined) throw new Error('no events');
  observe({ ...start, profile: 'writing', model: undefined });
  observe(judged);
  observe({ kind: 'attempt-start', exchangeId: 'a', attempt: 1, why: 'first', trace: newTrace() });
  expect(live.running()[0]?.shown()).toMatchObject({
    profile: 'writing',
    attempts: [{ why: 'first', startedMs: 0 }],
  });
});
