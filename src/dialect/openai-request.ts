// What a request asks for, as far as forwarding it depends on it: whether it streams, which model, and whether it is
// one at all. Nothing is changed: the bytes go on as they came.
import { isObject, parseJson } from '../std/json.ts';

/** A request body that can be forwarded, or what is wrong with it in words for the user. */
export type RequestReading =
  | {
      readonly kind: 'valid';
      readonly stream: boolean;
      readonly model: string | undefined;
      /** The body, each byte a character. */
      readonly json: string;
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

function readRequest(
  body: Buffer,
  problemWith: (request: Readonly<Record<string, unknown>>) => string | undefined,
): RequestReading {
  // JSON's structure is ASCII, so the bytes need no decoding to be understood; that is four times cheaper.
  const json = body.toString('latin1');
  const request = parseJson(json);
  if (request === undefined) return invalid('The request is not valid JSON.');
  if (!isObject(request)) return invalid('The request must be a JSON object.');
  const problem = problemWith(request);
  if (problem !== undefined) return invalid(problem);
  const model = request['model'];
  return {
    kind: 'valid',
    stream: request['stream'] === true,
    model: typeof model === 'string' ? Buffer.from(model, 'latin1').toString('utf8') : undefined,
    json,
  };
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
