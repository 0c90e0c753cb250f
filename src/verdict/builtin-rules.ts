// What First Hop knows about upstreams that status codes do not show, written as the rules users write: data, listed in
// docs/builtin-rules.md. Each is proven by a recorded failure in test/fixtures/upstream-failures/.
import type { Reason } from './reason.ts';
import { BAD_REQUEST } from './status.ts';

/** What a built-in rule makes of the failure it applies to. What it does not name stays as it is. */
export type BuiltinEffect =
  /**
   * Not retried. `status` is reported where the upstream's own is no 4xx, or one that clients retry by themselves.
   * `dropsWait`: the wait it states is not the one that would help.
   */
  | {
      readonly kind: 'stop';
      readonly reason?: Reason;
      readonly status?: number;
      readonly dropsWait?: true;
    }
  /** Retried, whatever the status lists say; `conditional`: a few times only. */
  | { readonly kind: 'retry'; readonly reason?: Reason; readonly conditional?: true }
  /** Judged by the status lists, as another status or for another reason. */
  | { readonly kind: 'judge-as'; readonly reason?: Reason; readonly status?: number };

export interface BuiltinRule {
  readonly id: string;
  /** Regular expression over the error text, ignoring case, as in a user's rule. */
  readonly pattern: string;
  /** Applies only to failures judged by one of these; absent: to every failed reply. */
  readonly statuses?: readonly number[];
  readonly effect: BuiltinEffect;
  readonly description: string;
  /** Where the upstream's behaviour is documented or reported. */
  readonly source: string;
  /** The recorded failures that prove it: files in test/fixtures/upstream-failures/. */
  readonly fixtures: readonly string[];
}

const TOO_MANY_REQUESTS = 429;
const BLOCKED = { kind: 'stop', reason: 'blocked', status: BAD_REQUEST } as const;
const NO_CREDIT = { kind: 'stop', reason: 'no-credit', status: 402 } as const;
const QUOTA_EXHAUSTED = { kind: 'stop', reason: 'quota-exhausted', status: TOO_MANY_REQUESTS } as const;
const TOO_LONG = { kind: 'stop', reason: 'context-too-long', status: BAD_REQUEST } as const;

const OVERLOADED = String.raw`\boverloaded\b|no capacity available|experiencing high demand|server is busy|负载已饱和`;

/** In order; the first that applies decides. What a proxy says about an error comes before what the error says. */
export const BUILTIN_RULES: readonly BuiltinRule[] = [
  {
    id: 'reverse-proxy-other-key',
    pattern: "assigned key's quota has been exceeded",
    effect: { kind: 'retry', reason: 'rate-limited' },
    description: 'The proxy’s key is used up; the next attempt gets another one.',
    source: 'oai-reverse-proxy, proxy_note',
    fixtures: ['F27b'],
  },
  {
    id: 'reverse-proxy-filtered',
    pattern: "filtered by the upstream API's content moderation",
    effect: BLOCKED,
    description: 'The provider’s moderation refuses the prompt.',
    source: 'oai-reverse-proxy, proxy_note',
    fixtures: ['F27c'],
  },
  {
    id: 'reverse-proxy-too-long',
    pattern: 'your prompt may be too long for',
    effect: TOO_LONG,
    description: 'The prompt does not fit the model.',
    source: 'oai-reverse-proxy, proxy_note',
    fixtures: ['F27d'],
  },
  {
    id: 'openrouter-not-retryable',
    pattern: String.raw`availability\W{1,9}[^{}]{0,400}retryable\W{1,9}false`,
    effect: { kind: 'stop' },
    description: 'The error says itself that a retry does not help.',
    source: 'OpenRouter, errors-and-debugging.mdx',
    fixtures: ['F20b'],
  },
  {
    id: 'openrouter-retryable',
    pattern: String.raw`availability\W{1,9}[^{}]{0,400}retryable\W{1,9}true`,
    effect: { kind: 'retry' },
    description: 'The error says itself that a retry may help.',
    source: 'OpenRouter, errors-and-debugging.mdx',
    fixtures: ['F20c'],
  },
  {
    id: 'openrouter-moderation',
    pattern: String.raw`\bflagged_input\b`,
    statuses: [403],
    effect: BLOCKED,
    description: 'Moderation refuses the prompt; the key is good.',
    source: 'OpenRouter, errors-and-debugging.mdx',
    fixtures: ['F20'],
  },
  {
    id: 'google-daily-quota',
    pattern: String.raw`quotaId\W{1,9}\w{0,100}PerDay`,
    effect: { ...QUOTA_EXHAUSTED, dropsWait: true },
    description: 'A quota of the day is used up. The retryDelay beside it is that of another quota.',
    source: 'one-balance PR#12',
    fixtures: ['F5'],
  },
  {
    id: 'openrouter-daily-free-models',
    pattern: 'free-models-per-day',
    effect: QUOTA_EXHAUSTED,
    description: 'The free requests of the day are used up.',
    source: 'openclaude#936',
    fixtures: ['F18'],
  },
  {
    id: 'openai-no-credit',
    pattern: String.raw`\binsufficient_quota\b`,
    effect: NO_CREDIT,
    description: 'No money on the account, under the status of a rate limit.',
    source: 'gpt-pilot#340',
    fixtures: ['F10'],
  },
  {
    id: 'new-api-no-credit',
    pattern: String.raw`\binsufficient_user_quota\b`,
    effect: NO_CREDIT,
    description: 'No money left at the relay.',
    source: 'new-api error codes',
    fixtures: ['F26f'],
  },
  {
    id: 'deepseek-no-credit',
    pattern: '^insufficient balance$',
    effect: NO_CREDIT,
    description: 'No money on the account; type and code mislead.',
    source: 'aider#4851',
    fixtures: ['F21'],
  },
  {
    id: 'openrouter-no-credit',
    pattern: 'requires more credits, or fewer max_tokens',
    effect: NO_CREDIT,
    description: 'Not enough money for a reply of this length.',
    source: 'forall#76',
    fixtures: ['F19'],
  },
  {
    id: 'anthropic-no-credit',
    pattern: 'credit balance is too low',
    effect: NO_CREDIT,
    description: 'No money on the account, under the status of a bad request.',
    source: 'Anthropic',
    fixtures: ['F14b'],
  },
  {
    id: 'openai-request-too-large',
    pattern: String.raw`\brequest too large for\b`,
    effect: TOO_LONG,
    description:
      'One request larger than the limit of a minute never fits, under the status of a rate limit.',
    source: 'climb#13',
    fixtures: ['F9'],
  },
  {
    id: 'anthropic-prefill-unsupported',
    pattern: 'does not support assistant message prefill',
    effect: { kind: 'stop', reason: 'prefill-unsupported', status: BAD_REQUEST },
    description: 'The model does not continue a message that has been begun for it.',
    source: 'litellm#27967',
    fixtures: ['F14'],
  },
  {
    id: 'google-prompt-blocked',
    pattern: String.raw`\bblockReason\W{0,8}"[A-Z_]{3,40}`,
    effect: BLOCKED,
    description: 'The prompt is refused, in a reply that claims success.',
    source: 'litellm#40477, litellm#40864',
    fixtures: ['F7'],
  },
  {
    id: 'one-api-prompt-blocked',
    pattern: 'blocked: prompt: BlockedReason',
    effect: BLOCKED,
    description: 'The prompt is refused, under the status of a rate limit.',
    source: 'immersive-translate#2505',
    fixtures: ['F7b'],
  },
  {
    id: 'new-api-prompt-blocked',
    pattern: String.raw`\bprompt_blocked\b`,
    effect: BLOCKED,
    description: 'The prompt is refused.',
    source: 'new-api error codes',
    fixtures: ['F26e'],
  },
  {
    id: 'azure-content-filter',
    pattern: String.raw`\bResponsibleAIPolicyViolation\b|content management policy`,
    effect: BLOCKED,
    description: 'The content filter refuses the prompt.',
    source: 'litellm test data',
    fixtures: ['F24'],
  },
  {
    id: 'xai-content-violation',
    pattern: 'content violates usage guidelines',
    effect: BLOCKED,
    description: 'The content is refused, under words about permissions; the key is good.',
    source: 'inspect_ai PR#2267, llmgateway PR#1785',
    fixtures: ['F23', 'F23b'],
  },
  {
    id: 'finish-reason-blocked',
    pattern: '^finish_reason: (?:content_filter|safety|prohibited_content|recitation|blocklist)$',
    effect: BLOCKED,
    description: 'Nothing came, because a filter has held the reply back.',
    source: 'litellm#40477, litellm#40864',
    fixtures: ['F7c', 'F7d', 'F7e', 'F7f', 'F24b'],
  },
  {
    id: 'finish-reason-length',
    pattern: '^finish_reason: (?:length|max_tokens)$',
    effect: { kind: 'stop', reason: 'length-limit', status: BAD_REQUEST },
    description: 'Thinking has used the whole length; it would again.',
    source: 'litellm#40477',
    fixtures: ['F7g'],
  },
  {
    id: 'new-api-empty-response',
    pattern: String.raw`\bempty_response\b`,
    effect: { kind: 'retry', reason: 'empty-reply' },
    description: 'The relay got an empty reply.',
    source: 'new-api error codes',
    fixtures: ['F26d'],
  },
  {
    id: 'new-api-no-channel',
    pattern: String.raw`\bchannel:no_available_key\b|无可用渠道`,
    effect: { kind: 'retry', conditional: true },
    description: 'The relay has nobody to ask for this model: now, or ever.',
    source: 'new-api error codes',
    fixtures: ['F26c', 'F26g'],
  },
  {
    id: 'mistral-capacity',
    pattern: 'service tier capacity exceeded',
    effect: { kind: 'judge-as', status: 503, reason: 'overloaded' },
    description: 'Too many customers at once, under words about a bad request.',
    source: 'continue#6185, litellm PR#25078',
    fixtures: ['F22'],
  },
  {
    id: 'overloaded',
    pattern: OVERLOADED,
    statuses: [TOO_MANY_REQUESTS, 500, 503, 529],
    effect: { kind: 'judge-as', reason: 'overloaded' },
    description: 'Too many customers at once, by whatever status.',
    source: 'gemini-cli#5191, claude-code#3534, SillyTavern#39, TavernAI#32',
    fixtures: ['F1', 'F1b', 'F2', 'F12', 'F13b', 'F26', 'F29'],
  },
  {
    id: 'overloaded-in-reply',
    pattern: OVERLOADED,
    statuses: [502],
    effect: { kind: 'judge-as', status: 503, reason: 'overloaded' },
    description: 'The same where the status does not tell: in a reply that claims success, or as a 502.',
    source: 'claude-code#2918',
    fixtures: ['F13c'],
  },
  {
    id: 'rate-limit-in-reply',
    pattern: String.raw`(?:code|type|status)\W{1,9}(?:rate_limit_exceeded|rate_limit_error|rate_limited|RESOURCE_EXHAUSTED)\b`,
    statuses: [502],
    effect: { kind: 'judge-as', status: TOO_MANY_REQUESTS },
    description: 'A rate limit named in words only: in a reply that claims success, or as a 502.',
    source: 'codex#88',
    fixtures: ['F8'],
  },
];
