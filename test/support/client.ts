// A client as SillyTavern's server is one (plain HTTP/1.1 over kept-alive connections), that remembers everything
// it was sent and can leave, stop reading or upload slowly at any point.
import { Agent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { createParser } from 'eventsource-parser';
import { headerOf } from './scripted-upstream.ts';

/** A reply that is over. */
export interface Reply {
  readonly status: number;
  /** The words after the status in the status line. */
  readonly reason: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
  /** The data of every event, as an independent parser reads them. */
  readonly events: readonly string[];
  /** `cut`: the connection broke before the reply was over. */
  readonly end: 'clean' | 'cut';
  header(name: string): string | undefined;
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent at once. Leave out together with `slowUpload: true` to send pieces. */
  readonly body?: string | Buffer;
  readonly slowUpload?: boolean;
  /** Reads nothing of the reply's body until `resume()`. */
  readonly paused?: boolean;
}

/** A request under way. */
export interface Call {
  /** Resolves when the reply is over; rejects when the connection broke before there was any. */
  readonly done: Promise<Reply>;
  /** Resolves with the status when the status line and headers are here. */
  readonly status: Promise<number>;
  /** Everything of the body so far. */
  received(): string;
  /** Resolves when the body so far contains this text; rejects when it ends without. */
  until(text: string): Promise<void>;
  /** Sends a piece of a slow upload. */
  upload(piece: string | Buffer): void;
  /** Ends a slow upload. */
  endUpload(): void;
  resume(): void;
  /** Closes the connection. */
  abort(): void;
}

export interface Client {
  /** Starts a request; the path goes onto the wire exactly as it stands here. */
  call(path: string, options?: CallOptions): Call;
  /** Sends a JSON body by POST and waits for the reply. */
  post(path: string, body: string | Buffer, headers?: CallOptions['headers']): Promise<Reply>;
  get(path: string, headers?: CallOptions['headers']): Promise<Reply>;
  /** Writes bytes of any kind onto a new connection and gives all that comes back until it is closed. */
  raw(bytes: string): Promise<string>;
  /** Closes every connection. */
  close(): void;
}

/** A client of the server at this url. */
export function createClient(url: string): Client {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true });
  const calls = new Set<Call>();
  const call = (path: string, options: CallOptions = {}): Call => {
    const { method = 'GET', headers, body, slowUpload = false, paused = false } = options;
    const sent = httpRequest({ agent, hostname, port, path, method, headers: mutable(headers) });
    if (!slowUpload) sent.end(body);
    else sent.flushHeaders();
    const started = follow(sent, paused);
    calls.add(started);
    return started;
  };
  return {
    call,
    post: (path, body, headers = {}) =>
      call(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }).done,
    get: (path, headers = {}) => call(path, { headers }).done,
    raw: (bytes) =>
      new Promise((resolve, reject) => {
        const pieces: Buffer[] = [];
        const socket = connect(Number(port), hostname, () => socket.write(bytes));
        socket.on('data', (piece) => pieces.push(piece));
        socket.on('error', reject);
        socket.on('close', () => resolve(Buffer.concat(pieces).toString('latin1')));
      }),
    close() {
      for (const started of calls) started.abort();
      agent.destroy();
    },
  };
}

function mutable(headers: CallOptions['headers'] = {}): Record<string, string | string[]> {
  const copies: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers))
    copies[name] = typeof value === 'string' ? value : [...value];
  return copies;
}

function follow(sent: ClientRequest, paused: boolean): Call {
  const pieces: Buffer[] = [];
  let text = '';
  let over = false;
  let incoming: IncomingMessage | undefined;
  const watchers: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  const listen = (message: IncomingMessage): void => {
    message.on('data', (piece: Buffer) => {
      pieces.push(piece);
      text += piece.toString('latin1');
      for (const watcher of watchers) if (text.includes(watcher.text)) watcher.resolve();
    });
  };
  const status = new Promise<number>((resolve, reject) => {
    sent.on('response', (message) => resolve(message.statusCode ?? 0));
    sent.on('error', reject);
  });
  const done = new Promise<Reply>((resolve, reject) => {
    // Once there is a reply, a lost connection shows in how it closed.
    sent.on('error', (error) => {
      if (incoming === undefined) reject(error);
    });
    sent.on('response', (message) => {
      incoming = message;
      message.on('error', () => undefined);
      message.on('close', () => {
        over = true;
        for (const watcher of watchers) watcher.reject(new Error(`The reply ended without: ${watcher.text}`));
        resolve(replyOf(message, Buffer.concat(pieces)));
      });
      if (!paused) listen(message);
    });
  });
  // A story may look at either, at both, or at none.
  status.catch(() => undefined);
  done.catch(() => undefined);
  return {
    done,
    status,
    received: () => Buffer.concat(pieces).toString('utf8'),
    until(wanted) {
      const bytes = Buffer.from(wanted).toString('latin1');
      if (text.includes(bytes)) return Promise.resolve();
      if (over) return Promise.reject(new Error(`The reply ended without: ${wanted}`));
      return new Promise((resolve, reject) => {
        watchers.push({ text: bytes, resolve, reject });
      });
    },
    upload: (piece) => void sent.write(piece),
    endUpload: () => void sent.end(),
    resume() {
      if (incoming !== undefined) listen(incoming);
    },
    abort: () => void sent.destroy(),
  };
}

function replyOf(message: IncomingMessage, body: Buffer): Reply {
  const text = body.toString('utf8');
  const { statusCode: status = 0, statusMessage: reason = '', rawHeaders, complete } = message;
  const header = (name: string): string | undefined => headerOf({ rawHeaders }, name);
  return {
    status,
    reason,
    rawHeaders,
    body,
    text,
    json: jsonOf(text),
    events: eventsOf(text),
    end: complete ? 'clean' : 'cut',
    header,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function eventsOf(text: string): readonly string[] {
  const events: string[] = [];
  createParser({ onEvent: (event) => events.push(event.data) }).feed(text);
  return events;
}
