// Errors that a reverse proxy writes into a chat reply, so that chat clients show them (oai-reverse-proxy): status 200,
// the error's title as finish_reason and as heading of the text, a comment at its end. Only these marks tell such an
// error from a reply: a character may quote every word of one.
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';

/** What an oai-reverse-proxy says in a header: the reply is an error, whatever it looks like. */
export const SPOOF_HEADER = 'x-oai-proxy-error';

const END_MARK = '<!-- oai-proxy-error -->';
const HEADING = /^### \*\*([^*\n]{1,200})\*\*/;
const STATUS = /\(HTTP (\d{3})\b/;
const NOTE = /"proxy_note"\s{0,9}:\s{0,9}("(?:[^"\\]|\\.)*")/;

/**
 * The error in a reply or chunk that only looks like one, as an error object; undefined for every true reply.
 * @param vouched whether a header of the proxy's has said that it is an error
 */
export function readSpoofedError(reply: JsonObject, vouched = false): JsonObject | undefined {
  const choice = firstChoice(reply);
  const { message, finish_reason: finishReason } = choice;
  const said = saidIn(choice);
  if (typeof said !== 'string' || !said.endsWith(END_MARK, said.trimEnd().length)) return undefined;
  const title = HEADING.exec(said.trimStart())?.[1];
  if (title === undefined) return undefined;
  const { id } = reply;
  const isOwnId = isObject(message) && typeof id === 'string' && id.startsWith('error-');
  if (!vouched && !isOwnId && finishReason !== title) return undefined;
  return errorIn(said, title);
}

/** Whether a reply or chunk may be such an error: its mark stands somewhere in it, whatever comes behind. */
export function hasSpoofMark(reply: JsonObject): boolean {
  const said = saidIn(firstChoice(reply));
  return typeof said === 'string' && said.includes(END_MARK);
}

function firstChoice(reply: JsonObject): JsonObject {
  const choices: readonly unknown[] = Array.isArray(reply['choices']) ? reply['choices'] : [];
  const [choice] = choices;
  return isObject(choice) ? choice : {};
}

function saidIn({ message, delta, text }: JsonObject): unknown {
  if (isObject(message)) return message['content'];
  return isObject(delta) ? delta['content'] : text;
}

/** The proxy's note is what helps; the JSON it stands in carries the upstream's own error besides. */
function errorIn(said: string, title: string): JsonObject {
  const code = STATUS.exec(title)?.[1];
  const details = parseJson(said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1));
  const note = parseJson(NOTE.exec(said)?.[1] ?? '');
  return {
    ...(code !== undefined && { code: Number(code) }),
    ...(typeof note === 'string' && { proxy_note: note }),
    ...(isObject(details) ? { error: details } : note === undefined && { message: title }),
  };
}
