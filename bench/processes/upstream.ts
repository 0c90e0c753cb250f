// The scripted upstream: answers chat requests as their `model` asks (see ../wire.ts). Written on node:net, so
// that it costs little beside the proxies it is measured with. A process of its own; prints its address.
import { createServer, type Socket } from 'node:net';
import { listen } from '../listen.ts';
import { contentFrame, nowMicros, plainReply, roleFrame, scriptOf, streamEnd, type Script } from '../wire.ts';

const HEAD_END = '\r\n\r\n';
/** The model stands at the body's beginning; further in it is not looked for. */
const MODEL_WITHIN_BYTES = 200;
/** Chunks a fast stream writes before the other streams get their turn. */
const FAST_BURST = 10;
const PACE_TICK_MS = 5;

const json = (status: string, body: string): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ndate: Mon, 23 Nov 2026 00:00:00 GMT\r\ncontent-length: ${Buffer.byteLength(body)}${HEAD_END}${body}`;
const plainAnswer = Buffer.from(json('200 OK', plainReply));
const modelsAnswer = Buffer.from(
  json('200 OK', '{"object":"list","data":[{"id":"plain","object":"model"}]}'),
);
const notFoundAnswer = Buffer.from(json('404 Not Found', '{"error":{"message":"no such path or model"}}'));

const chunkOf = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const streamHead = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ndate: Mon, 23 Nov 2026 00:00:00 GMT\r\ntransfer-encoding: chunked${HEAD_END}${chunkOf(roleFrame)}`;
const streamTail = `${chunkOf(streamEnd)}0\r\n\r\n`;

const burstsByLength = new Map<number, readonly Buffer[]>();

function burstsOf(chunks: number): readonly Buffer[] {
  const known = burstsByLength.get(chunks);
  if (known !== undefined) return known;
  const frames = Array.from({ length: chunks }, (_, index) => chunkOf(contentFrame(index, 0)));
  const bursts = Array.from({ length: Math.ceil(chunks / FAST_BURST) }, (_, index) =>
    Buffer.from(frames.slice(index * FAST_BURST, (index + 1) * FAST_BURST).join('')),
  );
  burstsByLength.set(chunks, bursts);
  return bursts;
}

/** Each burst goes out in one write, as tokens do that are faster than the network between. */
function streamFast(socket: Socket, chunks: number): void {
  const bursts = burstsOf(chunks);
  let next = 0;
  const turn = (): void => {
    const burst = bursts[next];
    next += 1;
    if (burst === undefined) socket.write(streamTail, 'latin1');
    else if (socket.write(burst)) setImmediate(turn);
    else socket.once('drain', turn);
  };
  socket.write(streamHead, 'latin1');
  turn();
}

/** Writes one chunk to each of its streams in every period, spread evenly over the period. */
function createPacer(perSecond: number): (socket: Socket, chunks: number) => void {
  const slots: Set<() => boolean>[] = Array.from(
    { length: Math.max(1, Math.round(1000 / perSecond / PACE_TICK_MS)) },
    () => new Set(),
  );
  let now = 0;
  let joined = 0;
  setInterval(() => {
    const slot = slots[now % slots.length];
    now += 1;
    for (const writeNext of slot ?? []) if (!writeNext()) slot?.delete(writeNext);
  }, PACE_TICK_MS);
  return (socket, chunks) => {
    // The first chunk goes out with the head, the next ones when the slot comes round.
    socket.write(streamHead + chunkOf(contentFrame(0, nowMicros())), 'latin1');
    let next = 1;
    const writeNext = (): boolean => {
      if (socket.destroyed) return false;
      if (next < chunks) socket.write(chunkOf(contentFrame(next, nowMicros())), 'latin1');
      else socket.write(streamTail, 'latin1');
      next += 1;
      return next <= chunks;
    };
    joined += 1;
    slots[joined % slots.length]?.add(writeNext);
  };
}

const pacers = new Map<number, ReturnType<typeof createPacer>>();

function streamPaced(socket: Socket, perSecond: number, chunks: number): void {
  let pacer = pacers.get(perSecond);
  if (pacer === undefined) {
    pacer = createPacer(perSecond);
    pacers.set(perSecond, pacer);
  }
  pacer(socket, chunks);
}

function answer(socket: Socket, requestLine: string, script: Script | undefined): void {
  if (requestLine.startsWith('GET ') && requestLine.includes('/models')) {
    socket.write(modelsAnswer);
    return;
  }
  if (!requestLine.includes('/chat/completions ') || script === undefined) {
    socket.write(notFoundAnswer);
    return;
  }
  switch (script.kind) {
    case 'plain':
      socket.write(plainAnswer);
      return;
    case 'fast':
      streamFast(socket, script.chunks);
      return;
    case 'paced':
      streamPaced(socket, script.perSecond, script.chunks);
  }
}

/** Reads requests one after the other; a proxy that pipelines or sends chunked bodies is not served. */
function serve(socket: Socket): void {
  let head = '';
  let requestLine: string | undefined;
  let bodyLeft = 0;
  let bodyStart = '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes: Buffer) => {
    let body = bytes;
    if (requestLine === undefined) {
      const text = bytes.toString('latin1', 0, Math.min(bytes.length, 4_096));
      const end = (head + text).indexOf(HEAD_END);
      if (end < 0) {
        head += text;
        return;
      }
      body = bytes.subarray(end - head.length + HEAD_END.length);
      const whole = (head + text).slice(0, end);
      requestLine = whole.slice(0, whole.indexOf('\r\n'));
      bodyLeft = Number(/\r\ncontent-length: *(\d+)/i.exec(whole)?.[1] ?? 0);
      bodyStart = '';
    }
    if (bodyStart.length < MODEL_WITHIN_BYTES) bodyStart += body.toString('latin1', 0, MODEL_WITHIN_BYTES);
    bodyLeft -= body.length;
    if (bodyLeft > 0) return;
    const script = scriptOf(/"model":"([^"]*)"/.exec(bodyStart)?.[1] ?? '');
    const line = requestLine;
    head = '';
    requestLine = undefined;
    answer(socket, line, script);
  });
}

listen(createServer(serve));
