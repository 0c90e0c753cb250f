// The only place that writes to a client: the head, the frames, the end, or the error. It owns how much the client
// has already got (the commit), which decides what may still be done.
import type { ServerResponse } from 'node:http';
import type { Commit } from '../retry/decision.ts';
import { readWhole } from '../dialect/whole-body.ts';
import { asCompletion } from '../reply/as-completion.ts';
import { completionAsFrames } from '../reply/as-stream.ts';
import { errorFrame, renderError } from '../reply/error-reply.ts';
import type { ErrorReply } from '../reply/error-reply.ts';
import type { Seam } from '../rescue/seam.ts';
import { frameSplitter } from '../sse/split.ts';
import { DONE_FRAME } from '../sse/write.ts';
import { isObject } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';
import type { Frame } from '../sse/frame.ts';
import { headerValue, withoutHeader } from '../upstream/headers.ts';
import type { FrameSink } from '../upstream/live-stream.ts';
import { continueInto, identityOf } from './continuation.ts';
import type { Told } from './events.ts';
import type { Opened, Outcome, RawHeaders } from '../upstream/outcome.ts';

const OK = 200;
/** Headers of an event stream of our own making. */
const STREAM_HEADERS = [
  'content-type',
  'text/event-stream; charset=utf-8',
  'cache-control',
  'no-cache',
] as const;
/** Asks reverse proxies (nginx) not to collect the stream. */
const UNBUFFERED = ['x-accel-buffering', 'no'] as const;

export class Delivery {
  readonly #response: ServerResponse;
  readonly #wantsStream: boolean;
  readonly #sink: ResponseSink;
  #commit: Commit = 'nothing';
  /** The text the client has, and whether text of one choice is all it has. */
  #text = '';
  #isPlainText = true;
  #identity: JsonObject = {};
  /** A whole reply, as it came and as it went. */
  #whole: { readonly received: Buffer; readonly sent: Buffer | undefined } | undefined;
  #bytes = 0;
  /** Where the next answer is joined to what was said; undefined for a reply of its own. */
  #seam: Seam | undefined;

  /** @param wantsStream whether the client asked for an event stream */
  constructor(response: ServerResponse, wantsStream: boolean) {
    this.#response = response;
    this.#wantsStream = wantsStream;
    this.#sink = sinkOf(response);
  }

  /** How much the client has. */
  get commit(): Commit {
    return this.#commit;
  }

  /** The text the client has, if it can be continued. */
  get said(): string | undefined {
    return this.#isPlainText ? this.#text : undefined;
  }

  /** What it got, for the records. */
  get told(): Told {
    const { received = this.said, sent = this.said } = this.#whole ?? {};
    return { bytes: this.#bytes + this.#sink.bytes, received, sent };
  }

  /** Lets a client that waits for a stream hear that somebody is there. Returns whether it still waits. */
  saysNothingYet(): boolean {
    if (!this.#wantsStream || (this.#commit !== 'nothing' && this.#commit !== 'headers')) return false;
    this.#begin(OK, STREAM_HEADERS);
    this.#write(': waiting for the provider\n\n');
    return true;
  }

  /** The next answer goes on where the reply broke off. */
  continueAt(seam: Seam): void {
    this.#seam = seam;
  }

  /**
   * Passes a good answer on. Resolves with how it ended: a stream can still fail on the way. An outcome without an
   * answer comes back as it is.
   */
  async deliver(outcome: Outcome): Promise<Outcome> {
    if (outcome.kind === 'opened')
      return this.#seam === undefined ? this.#stream(outcome) : this.#rest(outcome, this.#seam);
    if (outcome.kind !== 'responded') return outcome;
    const { status, headers, body } = outcome;
    if (this.#wantsStream) {
      const completion = readWhole(body);
      if (!isObject(completion))
        return { kind: 'broken', cause: new Error('The reply can not be told as a stream') };
      if (this.#seam === undefined) this.#asStream(status, headers, completion, body);
      else if (!this.#restOf(completion, this.#seam)) return cutAt(status, headers, this.said);
    } else {
      this.#asWhole(status, headers, body);
    }
    return {
      kind: 'ended',
      how: 'done',
      status,
      headers,
      shown: 'content',
      said: undefined,
      finishReason: undefined,
    };
  }

  /** A good reply is over. */
  finish(): void {
    if (this.#wantsStream) this.#end(DONE_FRAME);
  }

  /** Nobody listens: whatever was begun is broken off. */
  abandon(): void {
    this.#response.destroy();
  }

  /** There is no good reply: in words, as an answer of its own or inside the stream that has begun. */
  fail(error: ErrorReply): void {
    if (this.#commit !== 'nothing') {
      this.#end(Buffer.concat([errorFrame(error), DONE_FRAME]));
      return;
    }
    const { status, reasonPhrase, headers, body } = renderError(error);
    this.#response.writeHead(status, reasonPhrase, [...headers]);
    this.#end(body);
  }

  #asWhole(status: number, headers: RawHeaders, body: Buffer): void {
    this.#commit = 'content';
    const completion = asCompletion(body);
    const isAsSent = completion === body;
    const described = isAsSent
      ? headers
      : [...withoutHeader(headers, 'content-type'), 'content-type', 'application/json'];
    writeHead(this.#response, status, [...described, 'content-length', String(completion.length)]);
    this.#whole = { received: body, sent: completion };
    this.#end(completion);
  }

  /** The upstream answered with a whole completion where a stream was asked for. */
  #asStream(status: number, headers: RawHeaders, completion: JsonObject, body: Buffer): void {
    this.#begin(status, [...withoutHeader(headers, 'content-type'), ...STREAM_HEADERS]);
    this.#commit = 'content';
    this.#whole = { received: body, sent: undefined };
    this.#write(completionAsFrames(completion));
  }

  async #stream({ status, headers, opening, rest }: Opened): Promise<Outcome> {
    const contentType = headerValue(headers, 'content-type') ?? '';
    const isLabelled = contentType.startsWith('text/event-stream');
    this.#begin(
      status,
      isLabelled ? headers : [...withoutHeader(headers, 'content-type'), ...STREAM_HEADERS],
    );
    this.#sink.write(opening);
    this.#identity = identityOf(opening);
    const outcome = await rest.relay(this.#sink);
    this.#sink.flush();
    const more = outcome.kind === 'ended' ? outcome.said : undefined;
    if (more === undefined) this.#isPlainText = false;
    else this.#text += more;
    this.#commit = outcome.kind === 'ended' && outcome.shown === 'reasoning' ? 'reasoning' : 'content';
    return outcome;
  }

  /** A continuation that came as a stream. */
  async #rest({ opening, rest }: Opened, seam: Seam): Promise<Outcome> {
    const continuation = continueInto(this.#sink, seam, this.#identity, () => rest.giveUp());
    continuation.write(opening);
    const outcome = await rest.relay(continuation);
    const hasEnded = outcome.kind === 'ended' && outcome.how === 'done';
    if (hasEnded) continuation.end();
    this.#sink.flush();
    this.#text += continuation.passed;
    return outcome;
  }

  /** A continuation that came as a whole completion. Returns whether it could be joined. */
  #restOf(completion: JsonObject, seam: Seam): boolean {
    let isJoined = true;
    const continuation = continueInto(this.#sink, seam, this.#identity, () => {
      isJoined = false;
    });
    continuation.write(frameSplitter().push(completionAsFrames(completion)));
    continuation.end();
    this.#sink.flush();
    return isJoined;
  }

  #write(bytes: Buffer | string): void {
    this.#bytes += bytes.length;
    this.#response.write(bytes);
  }

  #end(bytes: Buffer): void {
    this.#bytes += bytes.length;
    this.#response.end(bytes);
  }

  #begin(status: number, headers: RawHeaders): void {
    if (this.#commit !== 'nothing') return; // a new attempt goes on in the stream that an earlier one began
    this.#commit = 'headers';
    writeHead(this.#response, status, [...headers, ...UNBUFFERED]);
  }
}

function cutAt(status: number, headers: RawHeaders, said: string | undefined): Outcome {
  return { kind: 'ended', how: 'cut', status, headers, shown: 'content', said, finishReason: undefined };
}

/** The upstream's head, besides what we have set ourselves (for CORS): writeHead alone would let one replace the other. */
export function writeHead(response: ServerResponse, status: number, headers: RawHeaders): void {
  if (response.getHeaderNames().length === 0) {
    response.writeHead(status, [...headers]);
    return;
  }
  for (let index = 0; index < headers.length; index += 2) {
    response.appendHeader(String(headers[index]), String(headers[index + 1]));
  }
  response.writeHead(status);
}

/** A sink with what has not been written yet. */
export interface ResponseSink extends FrameSink {
  /** Bytes written or waiting. */
  readonly bytes: number;
  /** Writes at once what is waiting; to be called before anything else is written. */
  flush(): void;
}

/**
 * Frames that arrive together leave together: an upstream's read often brings many, each in a callback of its own, so
 * they are collected until those callbacks are over. That takes no time: Node would hold the bytes back as long itself.
 */
export function sinkOf(response: ServerResponse): ResponseSink {
  let waiting: Buffer[] = [];
  let total = 0;
  const flush = (): void => {
    if (waiting.length === 0) return;
    const bytes = waiting.length === 1 ? waiting[0] : Buffer.concat(waiting);
    waiting = [];
    response.write(bytes);
  };
  return {
    flush,
    get bytes() {
      return total;
    },
    write(frames: readonly Frame[]) {
      if (waiting.length === 0) process.nextTick(flush);
      for (const { raw } of frames) {
        waiting.push(raw);
        total += raw.length;
      }
      return !response.writableNeedDrain;
    },
    onDrain: (resume) => void response.once('drain', resume),
  };
}
