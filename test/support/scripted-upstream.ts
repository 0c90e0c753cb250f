// A real server on loopback that plays answers in order and remembers what it was asked, byte for byte, and how
// each exchange ended.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { constants, createGzip } from 'node:zlib';
import { assertNever } from '../../src/std/assert-never.ts';
import type { Answer, Step } from './answers.ts';

/** A list is played in order, its last answer again and again; a function chooses by request. */
export type Script = readonly Answer[] | ((request: ReceivedRequest) => Answer);

/** One request as it arrived, and what became of it. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query as they stood in the request line. */
  readonly path: string;
  /** Names and values as they came, alternating. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** The number of the connection it came on, from 1. */
  readonly connection: number;
  /** Bytes of the answer that the connection has taken so far. */
  bytesWritten: number;
  /** Resolves when the other side closed the connection before the answer was over. */
  readonly closedByPeer: Promise<void>;
}

export interface ScriptedUpstream {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly requests: readonly ReceivedRequest[];
  /** How many connections have been opened to it. */
  readonly connections: () => number;
  /** How many of them are open now. */
  readonly openConnections: () => number;
  /** Resolves with the n-th request (from 1) once its body is here. */
  request(nth: number): Promise<ReceivedRequest>;
  /** Closes all connections that are open, as a server does that restarts. */
  dropConnections(): void;
  /** Stops for good. */
  close(): Promise<void>;
}

/** The value of a header of a request or reply, several joined with `, `; undefined when it is not there. */
export function headerOf(
  message: { readonly rawHeaders: readonly string[] },
  name: string,
): string | undefined {
  const values = message.rawHeaders.filter(
    (_value, index, all) => index % 2 === 1 && all[index - 1]?.toLowerCase() === name.toLowerCase(),
  );
  return values.length === 0 ? undefined : values.join(', ');
}

/** Starts a server that plays the script; on a free port unless one is given. */
export async function startUpstream(script: Script, port = 0): Promise<ScriptedUpstream> {
  const requests: ReceivedRequest[] = [];
  const sockets = new Map<Socket, number>();
  const watchers: { nth: number; resolve: (request: ReceivedRequest) => void }[] = [];
  let connections = 0;
  const server = createServer();
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.set(socket, connections);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = await receive(incoming, response, sockets.get(incoming.socket) ?? 0);
    if (received === undefined) return;
    requests.push(received);
    for (const watcher of watchers) if (watcher.nth === requests.length) watcher.resolve(received);
    await play(answerTo(script, received, requests.length), response, received);
  };
  server.on(
    'request',
    (incoming: IncomingMessage, response: ServerResponse) => void serve(incoming, response),
  );
  await listen(server, port);
  const dropConnections = (): void => {
    for (const socket of sockets.keys()) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    requests,
    connections: () => connections,
    openConnections: () => sockets.size,
    request(nth) {
      const there = requests[nth - 1];
      if (there !== undefined) return Promise.resolve(there);
      return new Promise((resolve) => {
        watchers.push({ nth, resolve });
      });
    },
    dropConnections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        dropConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Not listening on a port.');
  return address.port;
}

async function receive(
  incoming: IncomingMessage,
  response: ServerResponse,
  connection: number,
): Promise<ReceivedRequest | undefined> {
  const pieces: Buffer[] = [];
  const closedByPeer = new Promise<void>((resolve) => {
    response.on('close', () => {
      if (!response.writableFinished) resolve();
    });
  });
  try {
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    await once(incoming, 'end');
  } catch {
    return undefined; // The upload was given up: nothing to answer.
  }
  const { method = '', url: path = '', rawHeaders } = incoming;
  return { method, path, rawHeaders, body: Buffer.concat(pieces), connection, bytesWritten: 0, closedByPeer };
}

function answerTo(script: Script, received: ReceivedRequest, nth: number): Answer {
  if (typeof script === 'function') return script(received);
  const answer = script[Math.min(nth, script.length) - 1];
  if (answer === undefined) throw new Error('This upstream has no answers.');
  return answer;
}

/** Where an answer's bytes go; each call resolves once the connection has taken them, or is gone. */
interface Sink {
  write(bytes: Buffer | string): Promise<void>;
  end(): Promise<void>;
}

async function play(answer: Answer, response: ServerResponse, received: ReceivedRequest): Promise<void> {
  const { socket } = response;
  if (socket === null) return;
  if (answer.kind === 'raw') {
    await playSteps(answer.steps, sinkTo(socket, received), socket, received);
    return;
  }
  if (answer.after !== undefined) await Promise.race([answer.after, received.closedByPeer]);
  if (socket.destroyed) return;
  const { status, reason, headers, steps } = answer;
  if (reason === undefined) response.writeHead(status, [...headers]);
  else response.writeHead(status, reason, [...headers]);
  response.flushHeaders();
  const sink = sinkTo(response, received);
  await playSteps(steps, answer.gzip ? gzipped(sink) : sink, socket, received);
}

function sinkTo(target: ServerResponse | Socket, received: ReceivedRequest): Sink {
  return {
    write: (bytes) =>
      Promise.race([
        received.closedByPeer,
        new Promise<void>((resolve) => {
          target.write(bytes, () => {
            received.bytesWritten += Buffer.byteLength(bytes);
            resolve();
          });
        }),
      ]),
    end() {
      target.end();
      return Promise.resolve();
    },
  };
}

/** Compresses, and flushes after every write so that each piece can be read when it arrives. */
function gzipped(sink: Sink): Sink {
  const gzip = createGzip();
  const passOn = async (): Promise<void> => {
    const packed: unknown = gzip.read();
    if (Buffer.isBuffer(packed)) await sink.write(packed);
  };
  return {
    async write(bytes) {
      gzip.write(bytes);
      await new Promise<void>((resolve) => {
        gzip.flush(constants.Z_SYNC_FLUSH, () => resolve());
      });
      await passOn();
    },
    async end() {
      gzip.end();
      await once(gzip, 'readable');
      await passOn();
      await sink.end();
    },
  };
}

async function playSteps(
  steps: readonly Step[],
  sink: Sink,
  socket: Socket,
  received: ReceivedRequest,
): Promise<void> {
  for (const step of steps) {
    if (socket.destroyed) return;
    if (typeof step === 'string' || Buffer.isBuffer(step)) await sink.write(step);
    else if (step instanceof Promise) await Promise.race([step, received.closedByPeer]);
    else if (step.kind === 'repeat') {
      for (let time = 0; time < step.times && !socket.destroyed; time += 1) await sink.write(step.bytes);
    } else if (step.kind === 'stall') await received.closedByPeer;
    else if (step.kind === 'cut') socket.destroy();
    else if (step.kind === 'reset') socket.resetAndDestroy();
    else assertNever(step);
  }
  if (!socket.destroyed) await sink.end();
}
