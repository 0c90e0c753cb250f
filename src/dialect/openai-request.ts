// What a request asks for, as far as forwarding it depends on it: whether it streams, which model, and whether it is
// one at all. Nothing is changed: the bytes go on as they came.
import { JsonCursor } from '../std/json-cursor.ts';
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';

/** A request body that can be forwarded, or what is wrong with it in words for the user. */
export type RequestReading =
  | {
      readonly kind: 'valid';
      readonly stream: boolean;
      readonly model: string | undefined;
      /** The body, each byte a character; undefined for large ones. */
      readonly latin1: string | undefined;
    }
  | { readonly kind: 'invalid'; readonly message: string };

/** Reads the body of `POST /chat/completions`. */
export function readChatRequest(body: Buffer): RequestReading {
  return readRequest(body, (request) => problemWithMessages(request['messages']));
}

/** Reads the body of `POST /completions`. */
export function readTextRequest(body: Buffer): RequestReading {
  return readRequest(body, () => undefined);
}

/** Of larger ones no values are made: many at once would take several times their size in memory. Below, it is quicker. */
const MAX_PARSED_BYTES = 64 * 1024;
/** What is looked at. */
const LOOKED_AT = ['messages', 'model', 'stream'];

function readRequest(
  body: Buffer,
  problemWith: (request: Readonly<Record<string, unknown>>) => string | undefined,
): RequestReading {
  const isLarge = body.length > MAX_PARSED_BYTES;
  // JSON's structure is ASCII, so the bytes need no decoding to be understood; that is four times cheaper.
  const latin1 = isLarge ? undefined : body.toString('latin1');
  const outline = isLarge ? outlineOf(body) : undefined;
  const request = outline ?? parseJson(latin1 ?? body.toString('latin1'));
  if (request === undefined) return invalid('The request is not valid JSON.');
  if (!isObject(request)) return invalid('The request must be a JSON object.');
  const problem = problemWith(request);
  if (problem !== undefined) return invalid(problem);
  const model = request['model'];
  return {
    kind: 'valid',
    stream: request['stream'] === true,
    model: typeof model === 'string' ? Buffer.from(model, 'latin1').toString('utf8') : undefined,
    latin1,
  };
}

const SOME_OBJECT: JsonObject = {};

/**
 * A request as far as it is looked at here: of its messages, whether they are objects. Undefined where that is not to be
 * seen at a look.
 */
function outlineOf(body: Buffer): JsonObject | undefined {
  const cursor = new JsonCursor(body);
  const outline: Record<string, unknown> = {};
  const passMessages = (): boolean => {
    const messages: unknown[] = [];
    outline['messages'] = messages;
    return cursor.passItems(() => {
      messages.push(cursor.isAtObject ? SOME_OBJECT : null);
      return cursor.passValue();
    });
  };
  const passField = (): boolean => {
    const name = LOOKED_AT.find((one) => cursor.isNamed(one));
    if (name === undefined) return cursor.passValue();
    if (name === 'messages' && cursor.isAtArray) return passMessages();
    const from = cursor.at;
    const isPassed = cursor.passValue();
    if (isPassed) outline[name] = parseJson(body.toString('latin1', from, cursor.at));
    return isPassed;
  };
  return cursor.passFields(passField) && cursor.isAtEnd ? outline : undefined;
}

function invalid(message: string): RequestReading {
  return { kind: 'invalid', message };
}

function problemWithMessages(messages: unknown): string | undefined {
  if (messages === undefined) return 'The request has no "messages".';
  if (!Array.isArray(messages)) return '"messages" must be a list.';
  const odd = messages.findIndex((message) => !isObject(message));
  return odd === -1 ? undefined : `"messages" must be a list of objects; entry ${odd + 1} is not one.`;
}
