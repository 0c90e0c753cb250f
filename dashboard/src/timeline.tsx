// The attempts of an exchange as bars, each phase in its colour, and in words beside them.
import type { JSX } from 'preact';
import { duration } from './format.ts';
import { Badge, VerdictShown } from './parts.tsx';
import type { LiveAttempt } from './wire.ts';
import { toneOf } from './words.ts';

/** Milliseconds since the exchange began. */
interface Phase {
  readonly kind: 'connect' | 'answer' | 'words' | 'stream' | 'wait';
  readonly fromMs: number;
  readonly toMs: number;
}

const PHASE_WORDS: Readonly<Record<Phase['kind'], string>> = {
  connect: 'connecting',
  answer: 'waiting for the answer',
  words: 'waiting for the first words',
  stream: 'receiving',
  wait: 'pause before the next attempt',
};

function phasesOf(attempt: LiveAttempt, nowMs: number): readonly Phase[] {
  const { startedMs, connectedMs, answeredMs, shownMs, waitMs } = attempt;
  const endedMs = attempt.endedMs ?? nowMs;
  const marks = [
    ['connect', startedMs, connectedMs],
    ['answer', connectedMs, answeredMs],
    ['words', answeredMs, shownMs],
    ['stream', shownMs, undefined],
  ] as const;
  const phases = marks.flatMap(([kind, fromMs, reachedMs]): readonly Phase[] =>
    fromMs === undefined ? [] : [{ kind, fromMs, toMs: Math.max(fromMs, reachedMs ?? endedMs) }],
  );
  if (waitMs === undefined) return phases;
  return [
    ...phases,
    { kind: 'wait', fromMs: endedMs, toMs: Math.min(endedMs + waitMs, Math.max(nowMs, endedMs)) },
  ];
}

/** The attempts of an exchange as bars on one scale. What the bars say is said in words beside them. */
export function Timeline({
  attempts,
  totalMs,
}: {
  attempts: readonly LiveAttempt[];
  totalMs: number;
}): JSX.Element {
  const whole = Math.max(totalMs, 1);
  const percent = (ms: number): string => `${Math.min(100, Math.max(0, (ms / whole) * 100))}%`;
  return (
    <ol class="timeline">
      {attempts.map((attempt, index) => (
        <li key={index}>
          <div class="track" aria-hidden="true">
            {phasesOf(attempt, totalMs).map(({ kind, fromMs, toMs }) => (
              <span
                key={kind}
                class={`bar ${kind} ${attempt.verdict === undefined ? '' : toneOf(attempt.verdict)}`}
                title={`${PHASE_WORDS[kind]}: ${duration(toMs - fromMs)}`}
                style={{ left: percent(fromMs), width: `max(2px, ${percent(toMs - fromMs)})` }}
              />
            ))}
          </div>
          <div class="attempt-words">
            <span class="quiet">
              {index + 1}.{' '}
              {attempt.why === 'rescue' ? 'continued' : attempt.why === 'retry' ? 'asked again' : 'asked'} at{' '}
              {duration(attempt.startedMs)}
            </span>{' '}
            {attempt.verdict === undefined ? (
              <Badge tone="warn">{PHASE_WORDS[phasesOf(attempt, totalMs).at(-1)?.kind ?? 'connect']}</Badge>
            ) : attempt.endedMs === undefined ? (
              <Badge tone="good">receiving</Badge>
            ) : (
              <VerdictShown verdict={attempt.verdict} />
            )}
            {attempt.waitMs !== undefined && (
              <span class="quiet"> then a pause of {duration(attempt.waitMs)}</span>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** What the colours of a timeline mean. */
export function TimelineKey(): JSX.Element {
  return (
    <p class="timeline-key quiet">
      {Object.entries(PHASE_WORDS).map(([kind, words]) => (
        <span key={kind}>
          <span class={`swatch ${kind}`} aria-hidden="true" /> {words}
        </span>
      ))}
    </p>
  );
}
