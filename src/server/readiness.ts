// What a person at the terminal is told about the server: that it is ready, with what, and what to type into
// SillyTavern, or why it could not begin to listen. Texts only; nothing is printed here.
import type { RetryPolicy } from '../retry/policy.ts';
import type { PhaseLimits } from '../upstream/upstream.ts';

/** Emphasis for a terminal. The identity where colours are not wanted. */
export type Paint = (style: 'bold' | 'dim' | 'green' | 'yellow' | 'cyan' | 'red', text: string) => string;

/** What the readiness block tells. */
export interface Readiness {
  readonly version: string;
  /** Where First Hop listens, without a path. */
  readonly url: string;
  /** The upstream's address, without secrets. */
  readonly upstream: string;
  /** The configuration in use, or that there is none. */
  readonly configuration: string;
  readonly policy: RetryPolicy;
  readonly limits: PhaseLimits;
  /** Whether the demo upstream is behind it: then the block says how to meet its models. */
  readonly demo: boolean;
}

/** One readable block of lines, without a final line end. */
export function readinessBlock(facts: Readiness, paint: Paint): string {
  const { policy, limits } = facts;
  const base = `${facts.url}/v1`;
  return [
    paint('green', `First Hop ${facts.version} is ready.`),
    '',
    ...columns([
      ['Address', paint('bold', base)],
      ['Page', `${facts.url}/`],
      ['Upstream', facts.upstream],
      ['Configuration', facts.configuration],
      [
        'Retries',
        policy.maxRetries === 0
          ? 'off'
          : `up to ${policy.maxRetries}, ${seconds(policy.baseDelayMs)} to ${seconds(policy.maxDelayMs)} apart`,
      ],
      [
        'Patience',
        `${seconds(limits.connectMs)} to connect, ${seconds(limits.firstByteMs)} for the first byte, ` +
          `${seconds(limits.firstContentMs)} for the first word,`,
      ],
      ['', `${seconds(limits.idleMs)} of silence, ${seconds(limits.totalMs)} for a whole reply`],
    ]),
    '',
    'In SillyTavern, under API Connections:',
    ...columns([
      ['API', 'Chat Completion'],
      ['Source', 'Custom (OpenAI-compatible)'],
      ['Custom Endpoint', paint('bold', base)],
      ...(facts.demo
        ? [['Model', `${paint('bold', 'demo')}, then demo-flaky to watch failures being retried`] as const]
        : []),
    ]),
    '',
    'Stop with Ctrl+C.',
  ].join('\n');
}

function columns(rows: readonly (readonly [label: string, value: string])[]): string[] {
  return rows.map(([label, value]) => `  ${label.padEnd(17)}${value}`);
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}

/** Where the server was told to listen. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Why listening failed and what to do, in words; for an error that is not about listening, its own message. */
export function listenProblem(error: unknown, { host, port }: ListenAddress): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return (
        `Port ${port} is already in use. Perhaps another First Hop is running: stop it, or start this one on ` +
        `another port, for example with --port ${port === 8765 ? 8766 : 8765}.`
      );
    case 'EACCES':
      return `This system does not allow port ${port}. Choose one above 1023, for example with --port 8765.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
      return (
        `"${host}" is not an address of this device. Use 127.0.0.1 to be reached from this device only, or ` +
        '0.0.0.0 to be reached from the network, in server.host or with --host.'
      );
    default:
      return `First Hop could not start: ${error instanceof Error ? error.message : String(error)}`;
  }
}
