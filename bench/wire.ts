// What travels in a benchmark: the requests, and the answers the scripted upstream gives them. Both ends share
// this file, so the load generator knows what it must get back.

/** What the upstream is asked to do, written into the request's `model`. */
export type Script =
  /** One JSON completion of about 1 KB. Model `plain`. */
  | { readonly kind: 'plain' }
  /** A stream as fast as the reader takes it. Model `fast-CHUNKS`. */
  | { readonly kind: 'fast'; readonly chunks: number }
  /** A stream at a steady pace, its first chunk at once. Model `paced-PER_SECONDxCHUNKS`. */
  | { readonly kind: 'paced'; readonly perSecond: number; readonly chunks: number };

/** The model name that asks for a script. */
export function modelOf(script: Script): string {
  if (script.kind === 'plain') return 'plain';
  return script.kind === 'fast' ? `fast-${script.chunks}` : `paced-${script.perSecond}x${script.chunks}`;
}

/** The script a model name asks for; undefined for a name that is none. */
export function scriptOf(model: string): Script | undefined {
  if (model === 'plain') return { kind: 'plain' };
  const match = /^(?:fast-(?<fast>\d+)|paced-(?<perSecond>\d+)x(?<paced>\d+))$/.exec(model);
  if (match?.groups === undefined) return undefined;
  const { fast, perSecond, paced } = match.groups;
  if (fast !== undefined) return { kind: 'fast', chunks: Number(fast) };
  return { kind: 'paced', perSecond: Number(perSecond), chunks: Number(paced) };
}

/** Microseconds on the machine's monotonic clock, which all processes share. */
export function nowMicros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

const frameStart =
  'data: {"id":"chatcmpl-bench00000000000000000000","object":"chat.completion.chunk","created":1764000000,"model":"bench","choices":[{"index":0,"delta":';
const INDEX_DIGITS = 6;
const TIME_DIGITS = 16;

/** The first frame of a stream: a role and no text, as providers send it. */
export const roleFrame = `${frameStart}{"role":"assistant","content":""},"finish_reason":null}]}\n\n`;
/** What follows the last content frame. */
export const streamEnd = `${frameStart}{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;

/** One content frame of about 200 bytes, always of the same length, carrying when it was written. */
export function contentFrame(index: number, atMicros: number): string {
  const text = `${String(index).padStart(INDEX_DIGITS, '0')} ${String(atMicros).padStart(TIME_DIGITS, '0')}`;
  return `${frameStart}{"content":" ${text}"},"finish_reason":null}]}\n\n`;
}

/** Finds the content frames in a piece of a stream: their index and time. */
export const contentFramePattern = /"content":" (\d{6}) (\d{16})"/g;

/** Text as chats have it, as it stands in JSON. */
export const sentence =
  'She looked up from the map. \\"We’re not lost,\\" she said — “just early.” The café’s lights went out, one by one.\\n\\n';

/** The JSON completion of the `plain` script. */
export const plainReply = `{"id":"chatcmpl-bench00000000000000000000","object":"chat.completion","created":1764000000,"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"${sentence.repeat(7)}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":512,"completion_tokens":210,"total_tokens":722}}`;

/** What a right reply looks like. */
export interface ExpectedReply {
  readonly bytes: number;
  /** What its last bytes must match. */
  readonly end: RegExp;
}

/** The reply a script must come to, whoever passed it on. */
export function expectedReply(script: Script): ExpectedReply {
  if (script.kind === 'plain') {
    return { bytes: Buffer.byteLength(plainReply), end: /"total_tokens":722\}\}$/ };
  }
  const lastIndex = String(script.chunks - 1).padStart(INDEX_DIGITS, '0');
  return {
    bytes: roleFrame.length + script.chunks * contentFrame(0, 0).length + streamEnd.length,
    end: new RegExp(
      `"content":" ${lastIndex} \\d{16}".*\\n\\n.*"finish_reason":"stop".*\\n\\ndata: \\[DONE\\]\\n\\n$`,
    ),
  };
}

/** How many bytes of a reply's end are enough to match `ExpectedReply.end`. */
export const REPLY_END_BYTES = contentFrame(0, 0).length + streamEnd.length;

const MESSAGE_BYTES = 1_400;

/** A whole chat request in HTTP/1.1, its body of about `bodyBytes`: a chat of messages with quotes, line breaks and non-ASCII. */
export function chatRequest(script: Script, bodyBytes: number): Buffer {
  const start = `{"model":"${modelOf(script)}","stream":${script.kind !== 'plain'},"temperature":0.9,"max_tokens":512,"messages":[{"role":"system","content":"Write the next reply."}`;
  const text = sentence.repeat(Math.ceil(MESSAGE_BYTES / Buffer.byteLength(sentence)));
  let messages = '';
  let bytes = start.length + 2;
  for (let turn = 0; bytes < bodyBytes; turn += 1) {
    const message = `,{"role":"${turn % 2 === 0 ? 'user' : 'assistant'}","content":"${text}"}`;
    messages += message;
    bytes += Buffer.byteLength(message);
  }
  const body = `${start}${messages}]}`;
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    'authorization: Bearer sk-bench-0000000000000000',
    'accept: */*',
    'user-agent: bench',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
