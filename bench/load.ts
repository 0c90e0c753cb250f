// The load generator: sends one prepared request over and over on keep-alive connections, checks every reply,
// and reports times and counts.
import { connect, type Socket } from 'node:net';
import { createReplyReader } from './reply-reader.ts';
import { contentFramePattern, nowMicros, REPLY_END_BYTES, type ExpectedReply } from './wire.ts';

/** What to send, and how much of it. */
export interface Load {
  readonly request: Buffer;
  readonly reply: ExpectedReply;
  readonly connections: number;
  /** Requests on each connection, at most. */
  readonly perConnection: number;
  /** After this time no further request is sent; those under way are waited for. */
  readonly forMs: number;
  /** The connections start evenly spread over this time. Default: all at once. */
  readonly staggerMs?: number;
  /** Whether to note when each content frame arrives. Costs time: for paced streams only. */
  readonly watchFrames?: boolean;
}

/** What came of it. */
export interface LoadResult {
  readonly requests: number;
  readonly elapsedMs: number;
  /** From sending a request to the end of its reply. */
  readonly totalMs: readonly number[];
  /** From sending a request to its first content frame; with `watchFrames`. */
  readonly firstFrameMs: readonly number[];
  /** From the upstream's writing of each content frame to its arrival; with `watchFrames`. */
  readonly frameDelayMs: readonly number[];
  /** What was wrong with replies that were not as expected. */
  readonly failures: readonly string[];
}

const REPLY_WITHIN_MS = 60_000;
/** A proxy that answers everything wrongly is not asked forever. */
const MOST_FAILURES = 20;

interface Tally {
  requests: number;
  readonly totalMs: number[];
  readonly firstFrameMs: number[];
  readonly frameDelayMs: number[];
  readonly failures: string[];
}

/** Collects what is needed of one reply's body to judge it, and no more. */
class ReplyCheck {
  #bytes = 0;
  #end: Buffer = Buffer.alloc(0);
  #unread = '';
  readonly #watch: ((index: number, atMicros: number) => void) | undefined;

  constructor(watch: ((index: number, atMicros: number) => void) | undefined) {
    this.#watch = watch;
  }

  take(bytes: Buffer): void {
    this.#bytes += bytes.length;
    this.#end =
      bytes.length >= REPLY_END_BYTES
        ? bytes
        : Buffer.concat([this.#end, bytes]).subarray(-2 * REPLY_END_BYTES);
    if (this.#watch === undefined) return;
    this.#unread += bytes.toString('latin1');
    let read = 0;
    for (const match of this.#unread.matchAll(contentFramePattern)) {
      this.#watch(Number(match[1]), Number(match[2]));
      read = match.index + match[0].length;
    }
    this.#unread = this.#unread.slice(read);
  }

  problem(status: number, expected: ExpectedReply): string | undefined {
    const end = this.#end.toString('latin1');
    if (status !== 200) return `status ${status}: ${end.slice(0, 200)}`;
    if (this.#bytes !== expected.bytes)
      return `${this.#bytes} bytes instead of ${expected.bytes}, ending ${end.slice(-120)}`;
    return expected.end.test(end) ? undefined : `a reply that ends ${end.slice(-120)}`;
  }
}

/** One request and its reply on a connection. Resolves when the reply has ended; rejects when the connection breaks. */
function exchange(socket: Socket, load: Load, tally: Tally): Promise<void> {
  return new Promise((resolve, reject) => {
    const sentAtMs = performance.now();
    const watch = (index: number, atMicros: number): void => {
      if (index === 0) tally.firstFrameMs.push(performance.now() - sentAtMs);
      tally.frameDelayMs.push((nowMicros() - atMicros) / 1000);
    };
    const check = new ReplyCheck(load.watchFrames === true ? watch : undefined);
    const read = createReplyReader({
      onBody: (bytes) => check.take(bytes),
      onEnd(status) {
        settle();
        tally.totalMs.push(performance.now() - sentAtMs);
        tally.requests += 1;
        const problem = check.problem(status, load.reply);
        if (problem !== undefined) tally.failures.push(problem);
        resolve();
      },
    });
    const onData = (bytes: Buffer): void => {
      try {
        read(bytes);
      } catch (error) {
        onClose(error);
      }
    };
    const onClose = (cause: unknown): void => {
      settle();
      reject(
        cause instanceof Error ? cause : new Error('the connection was closed before the reply was whole'),
      );
    };
    const onTimeout = (): void => onClose(new Error(`nothing came for ${REPLY_WITHIN_MS / 1000} s`));
    const settle = (): void => {
      socket.off('data', onData).off('error', onClose).off('close', onClose).off('timeout', onTimeout);
    };
    socket.on('data', onData).once('error', onClose).once('close', onClose).once('timeout', onTimeout);
    socket.write(load.request);
  });
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, timeout: REPLY_WITHIN_MS });
    socket.once('error', reject);
    // An error between two requests shows when the next one is sent.
    socket.once('connect', () => resolve(socket.off('error', reject).on('error', () => undefined)));
  });
}

async function runConnection(port: number, load: Load, untilMs: number, tally: Tally): Promise<void> {
  let sent = 0;
  let socket: Socket | undefined;
  while (sent < load.perConnection && performance.now() < untilMs && tally.failures.length < MOST_FAILURES) {
    sent += 1;
    try {
      socket ??= await open(port);
      await exchange(socket, load, tally);
    } catch (error) {
      tally.failures.push(error instanceof Error ? error.message : String(error));
      socket?.destroy();
      socket = undefined;
    }
  }
  socket?.destroy();
}

/** Waits in real time. */
export function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
}

/** Puts a load on the server at a loopback port and waits for its end. Never rejects: what went wrong is in `failures`. */
export async function runLoad(port: number, load: Load): Promise<LoadResult> {
  const tally: Tally = { requests: 0, totalMs: [], firstFrameMs: [], frameDelayMs: [], failures: [] };
  const startMs = performance.now();
  const gapMs = (load.staggerMs ?? 0) / load.connections;
  await Promise.all(
    Array.from({ length: load.connections }, async (_, index) => {
      if (gapMs > 0) await sleep(index * gapMs);
      await runConnection(port, load, startMs + load.forMs, tally);
    }),
  );
  return { ...tally, elapsedMs: performance.now() - startMs };
}
