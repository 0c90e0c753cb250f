// Makers of outcomes and rules for tests of judging, and the moment at which those tests judge.
import * as z from 'zod';
import { readPlainReply } from '../../src/dialect/openai-chat.ts';
import type { Ended, Outcome, RawHeaders, Responded } from '../../src/upstream/outcome.ts';
import { classify } from '../../src/verdict/classify.ts';
import { responseParsingSchema, verdictErrorHandlingShape } from '../../src/verdict/options.ts';
import { compileRules } from '../../src/verdict/rules.ts';
import type { Rules } from '../../src/verdict/rules.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');

/** Rules from configuration sections as a user writes them; defaults for the rest. */
export function rulesOf(errorHandling: object = {}, responseParsing: object = {}): Rules {
  return compileRules(
    z.object(verdictErrorHandlingShape).parse(errorHandling),
    responseParsingSchema.parse(responseParsing),
  );
}

const DEFAULTS = rulesOf();

/** The verdict on an outcome at noon on 23 November 2026. */
export function judged(outcome: Outcome, rules: Rules = DEFAULTS): Verdict {
  return classify(outcome, rules, NOW_MS);
}

/** A whole answer, looked at whatever its status; a body that is not a text is sent as JSON. */
export function responded(status: number, body: unknown, headers: RawHeaders = []): Responded {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const plain = readPlainReply(bytes);
  return { kind: 'responded', status, headers, body: bytes, ...(plain && { plain }) };
}

/** A stream that ended: without a word, unless said otherwise. */
export function ended(over: Partial<Ended>): Ended {
  return {
    kind: 'ended',
    how: 'done',
    status: 200,
    headers: [],
    shown: 'nothing',
    said: '',
    finishReason: undefined,
    ...over,
  };
}

/** A chat completion with one message. */
export function reply(message: object, finish_reason = 'stop'): object {
  return { choices: [{ index: 0, message, finish_reason }] };
}

/** An error of the system, with its code. */
export function systemError(code: string, message = `it failed: ${code}`): Error {
  return Object.assign(new Error(message), { code });
}
