// The failures of the storm: what real upstreams were seen to send, and what a new attempt can mend. Failures that
// no attempt mends (a bad key, a daily quota, blocked content) are not here: there the right end is an error in words.
import {
  cut,
  http,
  json,
  neverAnswers,
  reset,
  sized,
  sse,
  stall,
  type Answer,
  type Step,
} from '../test/support/answers.ts';
import {
  chunk,
  completion,
  completionOf,
  doneFrame,
  errorFrame,
  finishChunk,
  frame,
  reasoningChunk,
  roleChunk,
} from '../test/support/openai.ts';
import type { Lane } from './lane.ts';
import { firstHalf } from './reply.ts';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Failure {
  readonly name: string;
  /** Whether the user has seen a word of the reply when it breaks. */
  readonly when: 'before the first word' | 'after the first word';
  /** Where it occurs. */
  readonly lanes: readonly Lane[];
  /** The bytes, given the true reply. */
  readonly answer: (text: string) => Answer;
}

const COMMENT_EVERY_MS = 200;
/** Longer than any client of the storm waits. */
const COMMENTS = 200;

// What is shortened with … in the reports stays shortened.
const bodies = {
  // https://github.com/open-webui/computer/issues/293
  shared:
    '{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"z-ai/glm-5.3-flash is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits: ...","provider_name":"BaseTen","limit_source":"upstream_provider_shared_pool","remedy_hint":"Retry shortly, add your own provider key, or route to another provider"}}}',
  // https://github.com/openai/codex/issues/88
  perMinute:
    '{"error":{"message":"Rate limit reached for o4-mini in organization org-*** on tokens per min (TPM): Limit 200000, Used 162960, Requested 42288. Please try again in 1.574s. Visit https://platform.openai.com/account/rate-limits to learn more.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}',
  // Mistral, in the reports of raycast/extensions#31107
  mistral:
    '{"object":"error","message":"Rate limit exceeded","type":"rate_limited","param":null,"code":"1300","raw_status_code":429}',
  // https://github.com/google-gemini/gemini-cli/issues/1609
  nested: JSON.stringify({
    error: {
      message:
        '{\n  "error": {\n    "code": 429,\n    "message": "Resource has been exhausted (e.g. check quota).",\n    "status": "RESOURCE_EXHAUSTED"\n  }\n}\n',
      code: 429,
      status: 'Too Many Requests',
    },
  }),
  // https://github.com/anthropics/claude-code/issues/3534
  apiError: '{"type":"error","error":{"type":"api_error","message":"Overloaded"}}',
  // https://github.com/anthropics/claude-code/issues/2918
  overloaded:
    '{"type":"error","error":{"details":null,"type":"overloaded_error","message":"Overloaded"},"request_id":"req_…"}',
  // https://github.com/google-gemini/gemini-cli/issues/5191
  google:
    '{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}',
  // nginx, src/http/ngx_http_special_response.c
  nginx:
    '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
  // https://github.com/anthropics/claude-code/issues/16737
  cloudflare:
    '<!DOCTYPE html> … <title>newcli.com | 524: A timeout occurred</title> … <div id="cf-error-details" class="p-0"> … <span class="code-label">Error code 524</span>',
  // OpenRouter, https://openrouter.ai/docs/api-reference/streaming
  openrouterFrame: {
    id: 'cmpl-abc123',
    object: 'chat.completion.chunk',
    created: 1_234_567_890,
    model: 'openai/gpt-4o',
    provider: 'openai',
    error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
  },
} as const;

const html = (body: string, status: number): Answer => sized(body, 'text/html; charset=UTF-8', { status });
const both: readonly Lane[] = ['plain', 'streamed'];
type Row = readonly [name: string, lanes: readonly Lane[], answer: Failure['answer']];

const beforeTheFirstWord: readonly Row[] = [
  ['429 rate limit', both, () => json(bodies.shared, { status: 429 })],
  ['429 nested in a string', both, () => json(bodies.nested, { status: 429 })],
  [
    '429 with Retry-After: 1',
    both,
    () => json(bodies.mistral, { status: 429, headers: { 'retry-after': '1' } }),
  ],
  ['429 try again in 1.574s', both, () => json(bodies.perMinute, { status: 429 })],
  ['500 JSON', both, () => json(bodies.apiError, { status: 500 })],
  ['502 HTML', both, () => html(bodies.nginx, 502)],
  ['503 overloaded', both, () => json(bodies.google, { status: 503 })],
  ['529 overloaded', both, () => json(bodies.overloaded, { status: 529 })],
  ['524 Cloudflare HTML', both, () => html(bodies.cloudflare, 524)],
  ['error object in a 200', both, () => json(bodies.shared)],
  ['HTML in a 200', both, () => html(bodies.cloudflare, 200)],
  ['empty body in a 200', both, () => json('')],
  ['connection reset before headers', both, () => ({ kind: 'raw', steps: [reset] })],
  ['stall before headers', both, () => neverAnswers],
  ['blank content', ['plain'], () => json(completion(''))],
  ['null content', ['plain'], () => json(completionOf({ role: 'assistant', content: null }))],
  ['reasoning, no text', ['plain'], () => json(completionOf(thoughts))],
  ['malformed JSON', ['plain'], (text) => json(completion(text).slice(0, -20))],
  ['half a body', ['plain'], (text) => halfOf(completion(text))],
  ['stall in the body', ['plain'], (text) => halfOf(completion(text), stall)],
  ['error event first', ['streamed'], () => sse([errorFrame(openaiWords)])],
  ['error event of Anthropic', ['streamed'], () => sse([`event: error\ndata: ${bodies.overloaded}\n\n`])],
  ['error event with choices', ['streamed'], () => sse([roleChunk(), frame(bodies.openrouterFrame)])],
  ['empty stream', ['streamed'], () => sse([])],
  ['[DONE] alone', ['streamed'], () => sse([doneFrame])],
  ['comments, then the end', ['streamed'], () => sse([OPENROUTER_COMMENT, OPENROUTER_COMMENT])],
  ['blank stream', ['streamed'], () => sse([roleChunk(), finishChunk(), doneFrame])],
  ['malformed event', ['streamed'], (text) => sse([roleChunk(), `${chunk(text).slice(0, -20)}\n\n`])],
  ['role chunk, then cut', ['streamed'], () => sse([roleChunk(), cut])],
  ['reasoning, then cut', ['streamed'], () => sse([roleChunk(), reasoningChunk(thought), cut])],
  [
    'reasoning, no text, [DONE]',
    ['streamed'],
    () => sse([roleChunk(), reasoningChunk(thought), finishChunk(), doneFrame]),
  ],
  ['stall before content', ['streamed'], () => sse([roleChunk(), stall])],
  ['kept alive without content', ['streamed'], () => sse([roleChunk(), ...keptAlive(), stall])],
];

const afterTheFirstWord: readonly Row[] = [
  ['text, then cut', ['streamed'], (text) => sse([...firstHalf(text), cut])],
  ['text, then stall', ['streamed'], (text) => sse([...firstHalf(text), stall])],
  ['text, then error event', ['streamed'], (text) => sse([...firstHalf(text), errorFrame(openaiWords)])],
  ['text, then the end without finish_reason', ['streamed'], (text) => sse(firstHalf(text))],
];

// https://github.com/coder/aibridge, a fixture of OpenAI's stream
const openaiWords = 'The server had an error while processing your request. Sorry about that!';
const thought = 'The user wants a reply. Let me think.';
const thoughts = { role: 'assistant', content: '', reasoning_content: thought };
const OPENROUTER_COMMENT = ': OPENROUTER PROCESSING\n\n';

function keptAlive(): Step[] {
  return Array.from({ length: COMMENTS }, (_, index) => [
    OPENROUTER_COMMENT,
    sleep(COMMENT_EVERY_MS * (index + 1), undefined, { ref: false }),
  ]).flat();
}

/** The whole length is promised, half of it comes. */
function halfOf(body: string, then: Step = cut): Answer {
  const bytes = Buffer.from(body);
  const headers = ['content-type', 'application/json', 'content-length', String(bytes.length)];
  return http(headers, [bytes.subarray(0, bytes.length / 2), then]);
}

const all: readonly Failure[] = [
  ...beforeTheFirstWord.map(failure('before the first word')),
  ...afterTheFirstWord.map(failure('after the first word')),
];

function failure(when: Failure['when']): (row: Row) => Failure {
  return ([name, lanes, answer]) => ({ name, when, lanes, answer });
}

/** What a lane can meet then; nothing, where that can not be told apart. */
export function failuresOf(lane: Lane, when: Failure['when']): readonly Failure[] {
  return all.filter((failure) => failure.lanes.includes(lane) && failure.when === when);
}
