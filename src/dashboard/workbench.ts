// The workbench: which rule decides about a failure, or what the text rules make of texts, without sending anything.
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';
import type { Clock } from '../std/clock.ts';
import { failureReply } from '../reply/words.ts';
import { decide } from '../retry/decide.ts';
import type { Decision } from '../retry/decision.ts';
import type { Outcome } from '../upstream/outcome.ts';
import { classify } from '../verdict/classify.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { ok, textOf } from './api.ts';
import type { ApiRoute } from './api.ts';
import { judged } from './judge.ts';
import { judgingFor } from './judging.ts';
import type { DashboardParts, Judging } from './parts.ts';
import type { WorkbenchAnswer } from './wire-rules.ts';

export function workbenchRoutes(parts: DashboardParts): readonly ApiRoute[] {
  return [
    [
      'POST',
      'workbench',
      async ({ body }) => {
        const wanted = await judgingFor(parts, body);
        if (wanted.kind === 'invalid') return ok({ kind: 'invalid', problems: wanted.problems });
        const isFailure = body['kind'] !== 'text';
        return ok(
          isFailure
            ? tryFailure(body, wanted.judging, parts.clock)
            : await tryTexts(body, wanted.judging, parts.clock),
        );
      },
    ],
  ];
}

function tryFailure(body: JsonObject, { rules, policy }: Judging, clock: Clock): WorkbenchAnswer {
  const outcome = outcomeFrom(body);
  const startedMs = clock.nowMs();
  const verdict = classify(outcome, rules, clock.wallMs());
  const tookMs = clock.nowMs() - startedMs;
  const attempt = { verdict, startedAtMs: 0, endedAtMs: 0 };
  const situation = {
    attempts: [attempt],
    elapsedMs: 0,
    commit: 'nothing',
    rescuesLeft: 0,
    hasOtherStyle: false,
    chance: 0.5,
  } as const;
  const decision = decide(verdict, situation, policy);
  const told = toldFor(verdict, decision);
  return { kind: 'failure', judged: judged(verdict, decision), ...(told && { told }), tookMs };
}

/** What the client would read if this were the last attempt. */
function toldFor(verdict: Verdict, decision: Decision): string | undefined {
  if (verdict.kind !== 'retryable' && verdict.kind !== 'final') return undefined;
  const because = decision.kind === 'stop' ? decision.because : 'attempts-exhausted';
  return failureReply(verdict, { because, attempts: 1, elapsedMs: 0, secrets: [] }).message;
}

async function tryTexts(body: JsonObject, { rewriting }: Judging, clock: Clock): Promise<WorkbenchAnswer> {
  const to = body['to'] === 'reply' ? 'reply' : 'request';
  const given: readonly unknown[] = Array.isArray(body['texts']) ? body['texts'] : [];
  const texts = given.filter(isObject).map((one) => ({
    kind: textOf(one, 'kind') ?? (to === 'reply' ? 'reply' : 'user'),
    text: textOf(one, 'text') ?? '',
  }));
  const startedMs = clock.nowMs();
  const trial = rewriting.begin();
  const rewritten = await trial.apply(texts, to);
  await trial.close();
  return { kind: 'text', ...rewritten, tookMs: clock.nowMs() - startedMs };
}

/** Pairs of name and value; what is none is left out. */
function headersFrom(headers: unknown): readonly string[] {
  const pairs: readonly unknown[] = Array.isArray(headers) ? headers : [];
  return pairs.flatMap((pair: unknown) =>
    Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === 'string') ? pair : [],
  );
}

/** An answer as it was pasted: a body, or the event of a stream with an error in it. */
function outcomeFrom(body: JsonObject): Outcome {
  const text = textOf(body, 'text') ?? '';
  const { status } = body;
  const answered = typeof status === 'number' && status >= 100 && status <= 599 ? Math.floor(status) : 200;
  const headers = headersFrom(body['headers']);
  const event = /^data:\s*(\{.*\})/.exec(text)?.[1];
  const error = event === undefined ? undefined : parseJson(event);
  if (!isObject(error)) return { kind: 'responded', status: answered, headers, body: Buffer.from(text) };
  return {
    kind: 'ended',
    how: 'error-frame',
    status: answered,
    headers,
    shown: 'nothing',
    said: '',
    finishReason: undefined,
    error,
  };
}
