// The only place that writes to a client: the head, the frames, the end, or the error. It owns how much the client
// has already got (the commit), which decides what may still be done.
import type { ServerResponse } from 'node:http';
import type { Commit } from '../retry/decision.ts';
import { addUsage, usageIn } from '../dialect/usage.ts';
import { readWhole } from '../dialect/whole-body.ts';
import { asCompletion } from '../reply/as-completion.ts';
import { completionAsFrames } from '../reply/as-stream.ts';
import { errorFrame, renderError } from '../reply/error-reply.ts';
import type { ErrorReply } from '../reply/error-reply.ts';
import type { Seam } from '../rescue/seam.ts';
import type { ReplyRewriting } from '../rewrite/replies.ts';
import type { ActiveRule } from '../rewrite/rules.ts';
import type { Frame } from '../sse/frame.ts';
import { frameSplitter } from '../sse/split.ts';
import { DONE_FRAME } from '../sse/write.ts';
import { isObject } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';
import { headerValue, withoutHeader } from '../upstream/headers.ts';
import { continueInto, identityOf } from './continuation.ts';
import type { Told } from './events.ts';
import { endAfterThisTurn, sinkOf, writeHead } from './response-sink.ts';
import type { ResponseSink } from './response-sink.ts';
import { rewrittenSink } from './rewritten-sink.ts';
import type { RewrittenSink } from './rewritten-sink.ts';
import type { Opened, Outcome, RawHeaders, Responded } from '../upstream/outcome.ts';

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
  readonly #replies: ReplyRewriting | undefined;
  /** The sink, if the user's rules stand before it. */
  readonly #rewritten: RewrittenSink | undefined;
  /** Those of them that have changed something. */
  #changedBy: Set<ActiveRule> | undefined;
  #commit: Commit = 'nothing';
  /** The text the client has, and whether text of one choice is all it has. */
  #text = '';
  #isPlainText = true;
  /** The frames the reply began with: they tell its identity. */
  #opening: readonly Frame[] = [];
  /** Of a whole reply: as it came and as it went. */
  #whole: Pick<Told, 'received' | 'latin1' | 'sent'> | undefined;
  #bytes = 0;
  /** A reply is on its way, which says enough. */
  #isRelaying = false;
  /** The tokens that the attempts so far have told. */
  #spent: JsonObject | undefined;
  /** Where the next answer is joined to what was said; undefined for a reply of its own. */
  #seam: Seam | undefined;

  /**
   * @param wantsStream whether the client asked for an event stream: then, and only then, the upstream was asked for one
   * @param replies the rules for replies; undefined where there are none
   */
  constructor(response: ServerResponse, wantsStream: boolean, replies?: ReplyRewriting) {
    this.#response = response;
    this.#wantsStream = wantsStream;
    this.#replies = replies;
    const sink = sinkOf(response);
    this.#rewritten =
      replies === undefined || !wantsStream
        ? undefined
        : rewrittenSink(
            sink,
            replies.stream((rule) => this.#noteRule(rule)),
          );
    this.#sink = this.#rewritten ?? sink;
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
    const { said } = this;
    const streamed = said === undefined ? undefined : (this.#rewritten?.sent ?? said);
    const { received = said, sent = streamed, latin1 } = this.#whole ?? {};
    const bytes = this.#bytes + this.#sink.bytes;
    return { bytes, received, latin1, sent, ...(this.#changedBy && { changedBy: [...this.#changedBy] }) };
  }

  /** Lets a client that waits for a stream hear that somebody is there. Returns whether it still waits. */
  saysNothingYet(): boolean {
    if (!this.#wantsStream || this.#isRelaying) return false;
    this.#begin(OK, STREAM_HEADERS);
    this.#write(': waiting for the provider\n\n');
    return true;
  }

  /** The next answer goes on where the reply broke off. */
  continueAt(seam: Seam): void {
    this.#seam = seam;
  }

  /** An attempt has failed that told of these tokens: a continuation says them too. */
  spend(usage: JsonObject | undefined): void {
    this.#spent = addUsage(this.#spent, usage);
  }

  /**
   * Passes a stream on, or a whole answer as a stream. Resolves with how it ended: it can still fail on the way. An
   * outcome without an answer comes back as it is.
   */
  async deliver(outcome: Outcome): Promise<Outcome> {
    if (outcome.kind === 'opened')
      return this.#seam === undefined ? this.#stream(outcome) : this.#rest(outcome, this.#seam);
    if (outcome.kind !== 'responded') return outcome;
    const { status, headers, body } = outcome;
    const completion = readWhole(body);
    if (!isObject(completion))
      return { kind: 'broken', cause: new Error('The reply can not be told as a stream') };
    if (this.#seam === undefined) await this.#asStream(status, headers, completion, body);
    else if (!(await this.#restOf(completion, this.#seam))) {
      this.spend(usageIn(completion));
      return cutAt(status, headers, this.said);
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

  /** A good reply is here to its end: the client gets what it does not have of it. */
  finish(outcome: Outcome): Promise<void> {
    return outcome.kind === 'responded' ? this.#asWhole(outcome) : this.#endStream();
  }

  /** Nobody listens: whatever was begun is broken off. */
  abandon(): void {
    this.#response.destroy();
  }

  /** There is no good reply: in words, as an answer of its own or inside the stream that has begun. */
  async fail(error: ErrorReply): Promise<void> {
    if (this.#commit !== 'nothing') {
      if (this.#rewritten !== undefined) await this.#rewritten.end();
      this.#end(Buffer.concat([errorFrame(error), DONE_FRAME]));
      return;
    }
    const { status, reasonPhrase, headers, body } = renderError(error);
    this.#response.writeHead(status, reasonPhrase, [...headers]);
    this.#end(body);
  }

  async #endStream(): Promise<void> {
    if (this.#rewritten !== undefined) await this.#rewritten.end();
    this.#end(DONE_FRAME);
  }

  async #asWhole({ status, headers, body, plain }: Responded): Promise<void> {
    this.#commit = 'content';
    const told = asCompletion(body);
    const isAsSent = told === body;
    const completion =
      this.#replies === undefined ? told : await this.#replies.whole(told, (rule) => this.#noteRule(rule));
    const described = isAsSent
      ? headers
      : [...withoutHeader(headers, 'content-type'), 'content-type', 'application/json'];
    writeHead(this.#response, status, [...described, 'content-length', String(completion.length)]);
    this.#whole = { received: body, latin1: plain?.latin1, sent: completion };
    this.#bytes += completion.length;
    endAfterThisTurn({
      response: this.#response,
      body: completion,
      latin1: completion === body ? plain?.latin1 : undefined,
    });
  }

  /** The upstream answered with a whole completion where a stream was asked for. */
  async #asStream(status: number, headers: RawHeaders, completion: JsonObject, body: Buffer): Promise<void> {
    this.#begin(status, [...withoutHeader(headers, 'content-type'), ...STREAM_HEADERS]);
    this.#commit = 'content';
    this.#whole = { received: body, sent: this.#rewritten === undefined ? body : undefined };
    this.#isRelaying = true;
    const frames = completionAsFrames(completion);
    if (this.#rewritten === undefined) this.#write(frames);
    else {
      this.#sink.write(frameSplitter().push(frames));
      await this.#flush();
    }
  }

  async #stream({ status, headers, opening, rest }: Opened): Promise<Outcome> {
    const contentType = headerValue(headers, 'content-type') ?? '';
    const isLabelled = contentType.startsWith('text/event-stream');
    this.#begin(
      status,
      isLabelled ? headers : [...withoutHeader(headers, 'content-type'), ...STREAM_HEADERS],
    );
    // Of an earlier attempt there may be reasoning that is held back.
    if (this.#rewritten !== undefined) await this.#rewritten.end();
    this.#isRelaying = true;
    this.#sink.write(opening);
    this.#opening = opening;
    const outcome = await rest.relay(this.#sink);
    await this.#flush();
    const more = outcome.kind === 'ended' ? outcome.said : undefined;
    if (more === undefined) this.#isPlainText = false;
    else this.#text += more;
    this.#commit = outcome.kind === 'ended' && outcome.shown === 'reasoning' ? 'reasoning' : 'content';
    return outcome;
  }

  /** A continuation that came as a stream. */
  async #rest({ opening, rest }: Opened, seam: Seam): Promise<Outcome> {
    const continuation = continueInto(this.#sink, seam, identityOf(this.#opening), this.#spent, () =>
      rest.giveUp(),
    );
    continuation.write(opening);
    const outcome = await rest.relay(continuation);
    const hasEnded = outcome.kind === 'ended' && outcome.how === 'done';
    if (hasEnded) continuation.end();
    await this.#flush();
    this.#text += continuation.passed;
    return outcome;
  }

  /** A continuation that came as a whole completion. Returns whether it could be joined. */
  async #restOf(completion: JsonObject, seam: Seam): Promise<boolean> {
    let isJoined = true;
    const continuation = continueInto(this.#sink, seam, identityOf(this.#opening), this.#spent, () => {
      isJoined = false;
    });
    continuation.write(frameSplitter().push(completionAsFrames(completion)));
    continuation.end();
    await this.#flush();
    this.#text += continuation.passed;
    return isJoined;
  }

  #noteRule(rule: ActiveRule): void {
    this.#changedBy ??= new Set();
    this.#changedBy.add(rule);
  }

  /** What has been given to the sink is on its way, but for what the rules hold back. */
  async #flush(): Promise<void> {
    if (this.#rewritten !== undefined) await this.#rewritten.settled();
    this.#sink.flush();
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
