// What each model of the demo upstream does, as data. The words of its failures are those of real providers
// (docs/builtin-rules.md). How an answer is put on the wire is play.ts.
import type { JsonObject } from '../std/json.ts';

/** How fast a reply is spoken. */
export interface Pace {
  /** Until the first word, and for a plain reply until the whole of it. */
  readonly firstWordMs: number;
  /** Between two words of a stream. */
  readonly wordMs: number;
}

/** One answer to one request. */
export type Answer =
  /** A reply. With `cutAfter`, the connection is destroyed after so many words; plain: after half of the body. */
  | { readonly kind: 'words'; readonly text: string; readonly pace: Pace; readonly cutAfter?: number }
  /** A status other than 200 and a body, the same for plain and streamed requests. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** Status 200, but what comes is an error: as the first event of a stream, or as the whole body. */
  | { readonly kind: 'error-in-reply'; readonly error: JsonObject };

const BRISK: Pace = { firstWordMs: 300, wordMs: 30 };
const SLOW: Pace = { firstWordMs: 5_000, wordMs: 400 };

const words = (text: string, pace: Pace = BRISK): Answer => ({ kind: 'words', text, pace });

const jsonError = (
  status: number,
  error: JsonObject,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  kind: 'status',
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ error }),
});

// Retry-After keeps the waits of a demonstration short; providers send it with 429, some with 503 too.
const SOON = { 'retry-after': '1' };

const OVERLOADED = jsonError(
  503,
  { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' },
  SOON,
);

/** https://platform.openai.com/docs/guides/rate-limits */
const RATE_LIMITED = jsonError(
  429,
  {
    message:
      'Rate limit reached for demo-flaky on tokens per min (TPM): Limit 200000, Used 162960, Requested 42288. ' +
      'Please try again in 1s.',
    type: 'tokens',
    param: null,
    code: 'rate_limit_exceeded',
  },
  SOON,
);

const SERVER_ERROR: Answer = {
  kind: 'error-in-reply',
  error: {
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
  },
};

const BLANK = words('');

const CLOUDFLARE_524: Answer = {
  kind: 'status',
  status: 524,
  headers: { 'content-type': 'text/html; charset=UTF-8', ...SOON },
  body:
    '<!DOCTYPE html>\n<html lang="en-US">\n<head><title>demo.example | 524: A timeout occurred</title></head>\n' +
    '<body><div id="cf-wrapper"><div id="cf-error-details" class="p-0"><h1>A timeout occurred ' +
    '<span class="code-label">Error code 524</span></h1></div></div></body>\n</html>\n',
};

const GREETING = words(
  'Hello! You are talking to the demo that is built into First Hop: no model is behind it, and I say the same every ' +
    'time. First Hop stands between SillyTavern and your provider. When the provider is overloaded, limits you, or ' +
    'answers with nothing, First Hop asks again until a reply arrives, or tells you in plain words why there is ' +
    'none. To see that happen, pick the model demo-flaky and write again. To use your own provider, put its address ' +
    'into config.yaml.',
);

const BREAKING_OFF: Extract<Answer, { kind: 'words' }> = {
  kind: 'words',
  text:
    'This reply broke off in the middle of a sentence, because the connection to the provider was lost just when it ' +
    'was about to become interesting. First Hop asked for the rest and joined it on, so that you read on here ' +
    'as if nothing had happened.',
  pace: BRISK,
};

/**
 * Model name to the answers it gives, in turn and then again from the first.
 * Every request to one model advances its turn, whoever sends it, so a run can be foretold.
 */
const ANSWERS: ReadonlyMap<string, readonly Answer[]> = new Map(
  Object.entries<readonly Answer[]>({
    demo: [GREETING],
    'demo-flaky': [
      // The two failures that state no wait come first, while the backoff is still short: about five seconds in all.
      BLANK,
      SERVER_ERROR,
      RATE_LIMITED,
      OVERLOADED,
      words(
        'This reply took five attempts. Before it, the demo answered with an empty message, a server error, a rate ' +
          'limit, and an overloaded model, as real providers do. First Hop waited and asked again each time, and all ' +
          'you noticed was a short wait.',
      ),
    ],
    'demo-overloaded': [OVERLOADED],
    'demo-blank': [BLANK],
    // The second answer is the same text whole: what First Hop asks for to continue the first.
    'demo-cut': [{ ...BREAKING_OFF, cutAfter: 18 }, BREAKING_OFF],
    'demo-slow': [
      words(
        'That was the wait for the first word, as with a model that thinks before it speaks. The rest comes slowly, ' +
          'word by word, each passed on the moment it arrives.',
        SLOW,
      ),
    ],
    /** https://platform.openai.com/docs/guides/error-codes */
    'demo-badkey': [
      jsonError(401, {
        message:
          'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      }),
    ],
    'demo-quota': [
      jsonError(
        429,
        {
          message:
            'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day',
          code: 429,
          metadata: { headers: { 'X-RateLimit-Limit': '50', 'X-RateLimit-Remaining': '0' } },
        },
        { 'retry-after': '3600' },
      ),
    ],
    'demo-html': [CLOUDFLARE_524],
  }),
);

/** The names of the models, the plain `demo` first. */
export const DEMO_MODELS: readonly string[] = [...ANSWERS.keys()];

/** The answer of a model to its request number `turn`, counted from 0. A name that is not listed is `demo`. */
export function answerOf(model: string, turn: number): Answer {
  const answers = ANSWERS.get(model) ?? [];
  return answers[turn % answers.length] ?? GREETING;
}
