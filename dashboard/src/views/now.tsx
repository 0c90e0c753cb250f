// Now: the exchanges that are running as timelines, what the day has brought, and how the upstream is doing.
import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { counted, duration, moment, number } from '../format.ts';
import { ageMs, exchanges, today, upstream } from '../live.ts';
import { Badge } from '../parts.tsx';
import { to } from '../route.ts';
import { Timeline, TimelineKey } from '../timeline.tsx';
import { endInWords, toneOfEnd } from '../words.ts';
import type { LiveExchange } from '../wire.ts';

const TICK_MS = 200;

export function NowView(): JSX.Element {
  const isRunning = exchanges.value.some(({ end }) => end === undefined);
  useTicks(isRunning);
  return (
    <>
      <h1>Now</h1>
      <Totals />
      <Upstream />
      <section aria-labelledby="running" class="stack">
        <h2 id="running">Exchanges</h2>
        {exchanges.value.length === 0 ? (
          <p class="quiet">
            Nothing is running. Chats appear here while they happen; earlier ones are in the{' '}
            <a href={to('history')}>history</a>.
          </p>
        ) : (
          <>
            <TimelineKey />
            {exchanges.value.map((exchange) => (
              <Exchange key={exchange.id} exchange={exchange} />
            ))}
          </>
        )}
      </section>
    </>
  );
}

/** Draws anew now and then while something is growing. */
function useTicks(isOn: boolean): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => setTick((tick) => tick + 1), TICK_MS);
    return () => clearInterval(timer);
  }, [isOn]);
}

function Exchange({ exchange }: { exchange: LiveExchange }): JSX.Element {
  const { id, model, end, attempts, profile, startedAt } = exchange;
  const age = ageMs(exchange);
  return (
    <article class="exchange" aria-label={`Exchange with ${model ?? 'no model'}`}>
      <div class="exchange-head">
        <Badge tone={toneOfEnd(end)}>{end === undefined ? 'Running' : endInWords(end)}</Badge>
        <strong>
          {end === undefined ? (model ?? 'no model') : <a href={to('history', id)}>{model ?? 'no model'}</a>}
        </strong>
        {profile !== undefined && <span class="quiet">profile {profile}</span>}
        <span class="quiet">
          {moment(startedAt)} · {counted(attempts.length, 'attempt')} · {duration(age)}
        </span>
      </div>
      {end?.kind === 'failed' && <p class="said">{end.message}</p>}
      <Timeline attempts={attempts} totalMs={age} />
    </article>
  );
}

function Totals(): JSX.Element | null {
  const totals = today.value;
  if (totals === undefined) return null;
  const {
    delivered,
    exchanges: all,
    failed,
    saved,
    blanksPrevented,
    retries,
    firstWordsP50Ms,
    firstWordsP95Ms,
  } = totals;
  const tiles: readonly (readonly [label: string, value: string])[] = [
    ['Replies saved', number(saved)],
    ['Blanks prevented', number(blanksPrevented)],
    ['Delivered', `${number(delivered)} of ${number(all)}`],
    ['Failed', number(failed)],
    ['Retries', number(retries)],
    ['First words, typical', firstWordsP50Ms === undefined ? '–' : duration(firstWordsP50Ms)],
    ['First words, slowest 5 %', firstWordsP95Ms === undefined ? '–' : duration(firstWordsP95Ms)],
  ];
  return (
    <section aria-labelledby="today">
      <h2 id="today">Today</h2>
      <dl class="tiles">
        {tiles.map(([label, value]) => (
          <div key={label} class="tile">
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Upstream(): JSX.Element | null {
  const state = upstream.value;
  if (state === undefined) return null;
  const { failures_in_a_row: failures, last_success: success, last_failure: failure } = state;
  return (
    <section aria-labelledby="upstream">
      <h2 id="upstream">Provider</h2>
      <p>
        {failures === 0 ? (
          <Badge tone={success === undefined ? 'quiet' : 'good'}>
            {success === undefined ? 'not asked yet' : 'answers'}
          </Badge>
        ) : (
          <Badge tone="bad">{counted(failures, 'failure')} in a row</Badge>
        )}{' '}
        <span class="quiet">
          {success !== undefined && <>last good answer {moment(Date.parse(success))}</>}
          {failure !== undefined && (
            <>
              {success === undefined ? '' : ' · '}last failure {moment(Date.parse(failure.at))} (
              {failure.reason})
            </>
          )}
        </span>
      </p>
    </section>
  );
}
