// The story of one client request: send, classify, decide, and deliver, retry or stop, until it is over.
import { abortCause } from '../std/abort.ts';
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
import type { AttemptRequest, Send } from '../upstream/upstream.ts';
import { classify } from '../verdict/classify.ts';
import type { Rules } from '../verdict/rules.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Delivery } from './delivery.ts';
import type { ExchangeEnd, Observe } from './events.ts';
import { keepAlive } from './keep-alive.ts';

/** One client request, ready to be sent. */
export interface Exchange {
  readonly id: string;
  readonly request: AttemptRequest;
  readonly model: string | undefined;
  /** Keys that travel with it; they are kept out of every word the client reads. */
  readonly secrets: () => readonly string[];
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

/**
 * Runs an exchange to its end: the client has its reply, or an error in words, or has gone. Rejects only through a
 * mistake of ours.
 * @param signal aborts when the client leaves or the process must end
 */
export async function runExchange(
  exchange: Exchange,
  delivery: Delivery,
  parts: ExchangeParts,
  signal: AbortSignal,
): Promise<void> {
  const { id: exchangeId, model } = exchange;
  const stopKeepAlive = keepAlive(delivery, parts.keepAliveAfterMs, parts.clock);
  const over = await untilOver(exchange, delivery, parts, signal);
  stopKeepAlive();
  parts.observe({ kind: 'exchange-end', exchangeId, model, ...over });
}

/** How far an exchange has got. */
interface Progress {
  /** Requests sent. */
  sent: number;
  attemptStartedAtMs: number;
  /** Whether the latest request asks for the rest of a reply. */
  isContinuing: boolean;
}

/** How it ended, after how many attempts and how long. */
interface Over {
  readonly end: ExchangeEnd;
  readonly attempts: number;
  readonly elapsedMs: number;
}

async function untilOver(
  exchange: Exchange,
  delivery: Delivery,
  parts: ExchangeParts,
  signal: AbortSignal,
): Promise<Over> {
  const { clock, observe, policy, rules, send } = parts;
  const { id: exchangeId, model, request, secrets } = exchange;
  // Few replies need one, so it is prepared when the first words have been lost.
  let prepared: Rescue | undefined;
  const rescueOf = (): Rescue =>
    (prepared ??= startRescue(request, model, parts.rescue, parts.rescueMemory, policy.maxRetries));
  const startedAtMs = clock.nowMs();
  const progress: Progress = { sent: 1, attemptStartedAtMs: startedAtMs, isContinuing: false };
  const failed: AttemptRecord[] = [];
  let outcome = await send(request, signal);
  for (;;) {
    const verdict = classify(outcome, rules, clock.wallMs());
    const endedAtMs = clock.nowMs();
    const current: AttemptRecord = { verdict, startedAtMs: progress.attemptStartedAtMs, endedAtMs };
    const attempts = [...failed, current];
    const elapsedMs = endedAtMs - startedAtMs;
    const situation: Situation = {
      attempts,
      elapsedMs,
      commit: delivery.commit,
      rescuesLeft: isBroken(verdict, delivery) ? rescueOf().left(delivery.said) : 0,
      hasOtherStyle: progress.isContinuing && rescueOf().learn(verdict),
      chance: clock.random(),
    };
    const decision = decide(verdict, situation, policy);
    observe({ kind: 'attempt-outcome', exchangeId, attempt: attempts.length, verdict, decision });
    switch (decision.kind) {
      case 'deliver':
        outcome = await delivery.deliver(outcome);
        continue;
      case 'retry':
      case 'rescue': {
        failed.push(current);
        const isAborted = (await clock.sleep(decision.delayMs, signal)) === 'aborted';
        if (!isAborted) begin(progress, decision, clock);
        if (isAborted) outcome = { kind: 'aborted', by: abortCause(signal) };
        else
          outcome = await (progress.isContinuing
            ? sendContinuation(rescueOf(), delivery, send, signal)
            : send(request, signal));
        continue;
      }
      case 'finish':
        delivery.finish();
        return { end: DELIVERED, attempts: progress.sent, elapsedMs };
      case 'stop': {
        const story = { because: decision.because, attempts: progress.sent, elapsedMs, secrets: secrets() };
        return { end: conclude(verdict, story, delivery, signal), attempts: progress.sent, elapsedMs };
      }
      /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
      default:
        assertNever(decision);
    }
  }
}

function begin(progress: Progress, decision: Decision, clock: Clock): void {
  progress.sent += 1;
  progress.attemptStartedAtMs = clock.nowMs();
  progress.isContinuing = decision.kind === 'rescue';
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
  signal: AbortSignal,
): Promise<Outcome> {
  const { request, seam } = rescue.next();
  delivery.continueAt(seam);
  return rescue.accept(await send(request, signal));
}

/** The end without a good reply: in words, or silence if the client has left. */
function conclude(verdict: Verdict, story: Story, delivery: Delivery, signal: AbortSignal): ExchangeEnd {
  if (verdict.kind === 'retryable' || verdict.kind === 'final') {
    const error = failureReply(verdict, story);
    delivery.fail(error);
    return { kind: 'failed', status: error.status, code: error.code, message: error.message };
  }
  const by = abortCause(signal);
  if (by === 'shutdown') delivery.fail(SHUTTING_DOWN);
  else delivery.abandon();
  return { kind: 'abandoned', by };
}
