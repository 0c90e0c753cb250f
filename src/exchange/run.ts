// The story of one client request: send, classify, decide, and deliver, retry or stop, until it is over.
import { abortCause } from '../std/abort.ts';
import type { StopSignal } from '../std/abort.ts';
import { assertNever } from '../std/assert-never.ts';
import type { Clock } from '../std/clock.ts';
import { SHUTTING_DOWN, failureReply } from '../reply/words.ts';
import type { Story } from '../reply/words.ts';
import { decide } from '../retry/decide.ts';
import type { AttemptRecord, Decision, Situation } from '../retry/decision.ts';
import type { RetryPolicy } from '../retry/policy.ts';
import { startRescue } from '../rescue/rescue.ts';
import type { Rescue, RescueMemory } from '../rescue/rescue.ts';
import type { StreamingOptions } from '../rescue/options.ts';
import type { Outcome } from '../upstream/outcome.ts';
import { newTrace } from '../upstream/upstream.ts';
import { usageTold } from '../upstream/usage.ts';
import type { AttemptRequest, AttemptTrace, Send } from '../upstream/upstream.ts';
import { classify } from '../verdict/classify.ts';
import type { Rules } from '../verdict/rules.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Delivery } from './delivery.ts';
import { secretsIn } from './events.ts';
import type { ExchangeEnd, ExchangeStart, ExchangeStep, Follow, Observe } from './events.ts';
import { keepAlive } from './keep-alive.ts';

/** One client request, ready to be sent. */
export interface Exchange {
  readonly request: AttemptRequest;
  /** What the client asked for; told to whoever keeps records. */
  readonly asked: ExchangeStart;
}

/** What every exchange is run with. */
export interface ExchangeParts {
  readonly send: Send;
  readonly rules: Rules;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly observe: Observe;
  /** Silence in milliseconds after which a stream is opened with comments; 0: never. */
  readonly keepAliveAfterMs: number;
  /** Whether and how a reply that breaks off is continued. */
  readonly rescue: StreamingOptions['rescue'];
  readonly rescueMemory: RescueMemory;
}

const DELIVERED: ExchangeEnd = { kind: 'delivered' };
/** What is recorded where a mistake of ours has ended an exchange. */
const BY_MISTAKE = {
  end: { kind: 'failed', status: 500, code: 'internal_error', message: 'First Hop made a mistake.' },
  attempts: 0,
  elapsedMs: 0,
  firstContentMs: undefined,
} as const;

/**
 * Runs an exchange to its end: the client has its reply, or an error in words, or has gone. Rejects only through a
 * mistake of ours.
 * @param signal aborts when the client leaves or the process must end
 */
export async function runExchange(
  exchange: Exchange,
  delivery: Delivery,
  parts: ExchangeParts,
  signal: StopSignal,
): Promise<void> {
  const { asked } = exchange;
  const follow = parts.observe(asked);
  const stopKeepAlive = keepAlive(delivery, asked.isStream ? parts.keepAliveAfterMs : 0, parts.clock);
  const startedAtMs = parts.clock.nowMs();
  let over: Over = { ...BY_MISTAKE, startedAtMs };
  try {
    over = await untilOver(exchange, delivery, parts, follow, signal);
  } finally {
    stopKeepAlive();
    const { end, attempts, elapsedMs, firstContentMs } = over;
    follow({
      kind: 'exchange-end',
      exchangeId: asked.exchangeId,
      model: asked.model,
      attempts,
      startedAtMs: over.startedAtMs,
      elapsedMs,
      firstContentMs,
      end,
      told: delivery.told,
    });
  }
}

/** How far an exchange has got. */
interface Progress {
  /** Requests sent. */
  sent: number;
  attemptStartedAtMs: number;
  trace: AttemptTrace;
  /** When the client got its first words. */
  firstContentAtMs: number | undefined;
  /** Whether the latest request asks for the rest of a reply. */
  isContinuing: boolean;
}

/** How it ended, after how many attempts and how long. */
interface Over {
  readonly end: ExchangeEnd;
  readonly attempts: number;
  readonly startedAtMs: number;
  readonly elapsedMs: number;
  readonly firstContentMs: number | undefined;
}

/** The requests of one exchange, one after the other. */
interface Course {
  readonly progress: Progress;
  /** Few replies need one, so it is prepared when the first words have been lost. */
  readonly rescue: () => Rescue;
  readonly sendNext: (why: 'first' | 'retry' | 'rescue') => Promise<Outcome>;
}

function courseOf(
  { asked, request }: Exchange,
  delivery: Delivery,
  parts: ExchangeParts,
  follow: Follow,
  signal: StopSignal,
): Course {
  const progress = notBegun();
  let prepared: Rescue | undefined;
  const rescue = (): Rescue =>
    (prepared ??= startRescue(
      request,
      asked.model,
      parts.rescue,
      parts.rescueMemory,
      parts.policy.maxRetries,
    ));
  const sendNext = (why: 'first' | 'retry' | 'rescue'): Promise<Outcome> => {
    begin(progress, why, parts.clock);
    const { trace } = progress;
    const { exchangeId } = asked;
    follow({ kind: 'attempt-start', exchangeId, attempt: progress.sent, why, trace });
    return why === 'rescue'
      ? sendContinuation(rescue(), delivery, parts.send, signal, trace)
      : parts.send(request, signal, trace);
  };
  return { progress, rescue, sendNext };
}

async function untilOver(
  exchange: Exchange,
  delivery: Delivery,
  parts: ExchangeParts,
  follow: Follow,
  signal: StopSignal,
): Promise<Over> {
  const { clock, policy, rules } = parts;
  const { asked } = exchange;
  const { progress, rescue, sendNext } = courseOf(exchange, delivery, parts, follow, signal);
  const startedAtMs = clock.nowMs();
  const failed: AttemptRecord[] = [];
  let outcome = await sendNext('first');
  for (;;) {
    const verdict = classify(outcome, rules, clock.wallMs());
    const endedAtMs = clock.nowMs();
    const current: AttemptRecord = { verdict, startedAtMs: progress.attemptStartedAtMs, endedAtMs };
    const attempts = [...failed, current];
    const situation: Situation = {
      attempts,
      elapsedMs: shortened(endedAtMs - startedAtMs),
      commit: delivery.commit,
      rescuesLeft: isBroken(verdict, delivery) ? rescue().left(delivery.said) : 0,
      hasOtherStyle: progress.isContinuing && rescue().learn(verdict),
      chance: shortened(clock.random()),
    };
    const decision = decide(verdict, situation, policy);
    follow(judged(asked.exchangeId, current, progress.trace, outcome, situation, decision));
    switch (decision.kind) {
      case 'deliver':
        progress.firstContentAtMs ??= progress.trace.shownAtMs ?? endedAtMs;
        outcome = await delivery.deliver(outcome);
        continue;
      case 'retry':
      case 'rescue':
        failed.push(current);
        delivery.spend(usageTold(outcome));
        outcome =
          (await clock.sleep(decision.delayMs, signal)) === 'aborted'
            ? { kind: 'aborted', by: abortCause(signal) }
            : await sendNext(decision.kind);
        continue;
      case 'finish':
        progress.firstContentAtMs ??= progress.trace.shownAtMs ?? endedAtMs;
        await delivery.finish(outcome);
        // The user's rules may have taken their time with it.
        return over(endOf(signal), progress, startedAtMs, clock.nowMs());
      case 'stop': {
        const effort = { attempts: progress.sent, elapsedMs: situation.elapsedMs };
        const story = { because: decision.because, ...effort, secrets: secretsIn(asked) };
        const end = await conclude(verdict, story, delivery, signal);
        return over(end, progress, startedAtMs, endedAtMs);
      }
      /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
      default:
        assertNever(decision);
    }
  }
}

function judged(
  exchangeId: string,
  { verdict, startedAtMs, endedAtMs }: AttemptRecord,
  trace: AttemptTrace,
  outcome: Outcome,
  situation: Situation,
  decision: Decision,
): ExchangeStep {
  const attempt = situation.attempts.length;
  return {
    kind: 'attempt-outcome',
    exchangeId,
    attempt,
    startedAtMs,
    endedAtMs,
    trace,
    outcome,
    verdict,
    situation,
    decision,
  };
}

/** Of a reply that has been passed on: who left while the user's rules were at work on it has not got it. */
function endOf(signal: StopSignal): ExchangeEnd {
  return signal.aborted ? { kind: 'abandoned', by: abortCause(signal) } : DELIVERED;
}

/** To a thousandth, rounded down: what is recorded is what was decided by, and sixteen digits are not worth keeping. */
function shortened(value: number): number {
  return Math.floor(value * 1_000) / 1_000;
}

function notBegun(): Progress {
  return {
    sent: 0,
    attemptStartedAtMs: 0,
    trace: newTrace(),
    firstContentAtMs: undefined,
    isContinuing: false,
  };
}

function begin(progress: Progress, why: 'first' | 'retry' | 'rescue', clock: Clock): void {
  progress.sent += 1;
  progress.attemptStartedAtMs = clock.nowMs();
  progress.trace = newTrace();
  progress.isContinuing = why === 'rescue';
}

function over(end: ExchangeEnd, progress: Progress, startedAtMs: number, endedAtMs: number): Over {
  const { sent, firstContentAtMs } = progress;
  const firstContentMs = firstContentAtMs === undefined ? undefined : firstContentAtMs - startedAtMs;
  return { end, attempts: sent, startedAtMs, elapsedMs: endedAtMs - startedAtMs, firstContentMs };
}

/** Whether a reply has failed after its first words. */
function isBroken(verdict: Verdict, { commit }: Delivery): boolean {
  return commit === 'content' && (verdict.kind === 'retryable' || verdict.kind === 'final');
}

/** Asks for the rest of the reply. */
async function sendContinuation(
  rescue: Rescue,
  delivery: Delivery,
  send: Send,
  signal: StopSignal,
  trace: AttemptTrace,
): Promise<Outcome> {
  const { request, seam } = rescue.next();
  delivery.continueAt(seam);
  return rescue.accept(await send(request, signal, trace));
}

/** The end without a good reply: in words, or silence if the client has left. */
async function conclude(
  verdict: Verdict,
  story: Story,
  delivery: Delivery,
  signal: StopSignal,
): Promise<ExchangeEnd> {
  if (verdict.kind === 'retryable' || verdict.kind === 'final') {
    const error = failureReply(verdict, story);
    await delivery.fail(error);
    return { kind: 'failed', status: error.status, code: error.code, message: error.message };
  }
  const by = abortCause(signal);
  if (by === 'shutdown') await delivery.fail(SHUTTING_DOWN);
  else delivery.abandon();
  return { kind: 'abandoned', by };
}
