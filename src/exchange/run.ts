// The story of one client request: send, classify, decide, and deliver, retry or stop, until it is over.
import { abortCause } from '../std/abort.ts';
import { assertNever } from '../std/assert-never.ts';
import type { Clock } from '../std/clock.ts';
import { SHUTTING_DOWN, failureReply } from '../reply/words.ts';
import type { Story } from '../reply/words.ts';
import { decide } from '../retry/decide.ts';
import type { AttemptRecord } from '../retry/decision.ts';
import type { RetryPolicy } from '../retry/policy.ts';
import type { AttemptRequest, Send } from '../upstream/upstream.ts';
import { classify } from '../verdict/classify.ts';
import type { Rules } from '../verdict/rules.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Delivery } from './delivery.ts';
import type { ExchangeEnd, Observe } from './events.ts';

/** One client request, ready to be sent. */
export interface Exchange {
  readonly id: string;
  readonly request: AttemptRequest;
  readonly model: string | undefined;
  /** Keys that travel with it; they are kept out of every word the client reads. */
  readonly secrets: readonly string[];
}

/** What every exchange is run with. */
export interface ExchangeParts {
  readonly send: Send;
  readonly rules: Rules;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly observe: Observe;
}

const DELIVERED: ExchangeEnd = { kind: 'delivered' };

/**
 * Runs an exchange to its end: the client has its reply, or an error in words, or has gone. Never rejects.
 * @param signal aborts when the client leaves or the process must end
 */
export async function runExchange(
  exchange: Exchange,
  delivery: Delivery,
  parts: ExchangeParts,
  signal: AbortSignal,
): Promise<void> {
  const { clock, observe, policy, rules, send } = parts;
  const { id: exchangeId, model, request, secrets } = exchange;
  const startedAtMs = clock.nowMs();
  const failed: AttemptRecord[] = [];
  let attemptStartedAtMs = startedAtMs;
  let sent = 1;
  let outcome = await send(request, signal);
  for (;;) {
    const verdict = classify(outcome, rules, clock.wallMs());
    const endedAtMs = clock.nowMs();
    const current: AttemptRecord = { verdict, startedAtMs: attemptStartedAtMs, endedAtMs };
    const attempts = [...failed, current];
    const elapsedMs = endedAtMs - startedAtMs;
    const { commit } = delivery;
    const decision = decide(verdict, { attempts, elapsedMs, commit, chance: clock.random() }, policy);
    observe({ kind: 'attempt-outcome', exchangeId, attempt: attempts.length, verdict, decision });
    switch (decision.kind) {
      case 'deliver':
        outcome = await delivery.deliver(outcome);
        continue;
      case 'retry': {
        failed.push(current);
        const slept = await clock.sleep(decision.delayMs, signal);
        attemptStartedAtMs = clock.nowMs();
        if (slept === 'aborted') {
          outcome = { kind: 'aborted', by: abortCause(signal) };
          continue;
        }
        sent += 1;
        outcome = await send(request, signal);
        continue;
      }
      case 'finish':
        delivery.finish();
        observe({ kind: 'exchange-end', exchangeId, model, attempts: sent, elapsedMs, end: DELIVERED });
        return;
      case 'stop': {
        const story = { because: decision.because, attempts: sent, elapsedMs, secrets };
        const end = conclude(verdict, story, delivery, signal);
        observe({ kind: 'exchange-end', exchangeId, model, attempts: sent, elapsedMs, end });
        return;
      }
      /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
      default:
        assertNever(decision);
    }
  }
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
