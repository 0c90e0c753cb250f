// What became of a request, as its user sees it. Reads replies as an OpenAI-compatible client does and knows nothing
// of who sent them.
import { assertNever } from '../src/std/assert-never.ts';
import { isObject, parseJson } from '../src/std/json.ts';
import type { Reply } from '../test/support/client.ts';
import type { Plan } from './plan.ts';

/** From best to worst. `silent` is a failure that says nothing: a lost connection, an error page, half a JSON. */
export const fates = ['delivered', 'told', 'silent', 'blank', 'wrong', 'hung'] as const;
export type Fate = (typeof fates)[number];

export interface Judgement {
  readonly fate: Fate;
  /** What arrived, in short. */
  readonly detail: string;
}

/** What the client got. */
export type Arrival =
  | { readonly kind: 'replied'; readonly reply: Reply }
  /** The connection broke before any reply. */
  | { readonly kind: 'lost'; readonly message: string }
  /** Given up after `afterMs`. */
  | { readonly kind: 'hung'; readonly afterMs: number; readonly received: string };

const MOST_DETAIL = 240;

/** Whether the true reply arrived, and if not, what else. */
export function judge(arrival: Arrival, plan: Plan): Judgement {
  switch (arrival.kind) {
    case 'lost':
      return is('silent', `no reply: ${arrival.message}`);
    case 'hung':
      return is('hung', `no end after ${arrival.afterMs} ms; so far: ${arrival.received || 'nothing'}`);
    case 'replied':
      if (arrival.reply.status >= 400) return refused(arrival.reply);
      return plan.lane === 'plain' ? plainReply(arrival.reply, plan) : streamedReply(arrival.reply, plan);
    default:
      return assertNever(arrival);
  }
}

function is(fate: Fate, detail: string): Judgement {
  const line = detail.replaceAll(/\s+/g, ' ');
  return { fate, detail: line.length > MOST_DETAIL ? `${line.slice(0, MOST_DETAIL)}…` : line };
}

function refused({ status, json, text }: Reply): Judgement {
  const words = wordsIn(json);
  return words === undefined ? is('silent', `${status}: ${text}`) : is('told', `${status}: ${words}`);
}

function plainReply({ json, text, end }: Reply, plan: Plan): Judgement {
  const words = wordsIn(json);
  if (words !== undefined) return is('told', words);
  if (text.trim() === '') return is('blank', `an empty body, ${end} end`);
  if (!isObject(json)) return is('silent', `not JSON, ${end} end: ${text.slice(-100)}`);
  const said = textIn(json, 'message');
  return textJudgement(said, end, plan);
}

function streamedReply({ events, end, text }: Reply, plan: Plan): Judgement {
  const frames = events.filter((data) => data !== '[DONE]').map(parseJson);
  const said = frames.map((frame) => textIn(frame, 'delta')).join('');
  const words = frames.map(wordsIn).find((words) => words !== undefined);
  if (words !== undefined) {
    return plan.text.startsWith(said)
      ? is('told', words)
      : is('wrong', `${difference(said, plan)}; ${words}`);
  }
  if (frames.includes(undefined)) return is('silent', `an event that is not JSON: ${text.slice(-100)}`);
  return textJudgement(said, end, plan);
}

function textJudgement(said: string, end: Reply['end'], plan: Plan): Judgement {
  if (said === '') return is('blank', `no text, ${end} end`);
  if (said !== plan.text) return is('wrong', `${difference(said, plan)}, ${end} end`);
  return end === 'clean' ? is('delivered', '') : is('wrong', 'the whole text, then the connection broke');
}

function difference(said: string, { text }: Plan): string {
  const counts = `${said.length} of ${text.length} characters`;
  if (text.startsWith(said)) return `cut: ${counts}`;
  if (said.length > text.length && (said.startsWith(text) || said.endsWith(text)))
    return `repeated: ${counts}`;
  return `another text: ${said}`;
}

/** The error message an OpenAI-compatible client would show. */
function wordsIn(json: unknown): string | undefined {
  if (!isObject(json)) return undefined;
  const { error, message } = json;
  const words = [isObject(error) ? error['message'] : error, message];
  return words.find((word): word is string => typeof word === 'string' && word.trim() !== '');
}

function textIn(json: unknown, part: 'message' | 'delta'): string {
  const choices = isObject(json) && Array.isArray(json['choices']) ? (json['choices'] as unknown[]) : [];
  const [choice] = choices;
  const message = isObject(choice) ? choice[part] : undefined;
  const content = isObject(message) ? message['content'] : undefined;
  return typeof content === 'string' ? content : '';
}
