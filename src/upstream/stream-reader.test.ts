import { describe, expect, it } from 'vitest';
import type { Frame } from '../sse/frame.ts';
import type { FrameSink, LiveStream } from './live-stream.ts';
import type { Outcome } from './outcome.ts';
import { StreamReader } from './stream-reader.ts';
import type { StreamHost } from './stream-reader.ts';

const text = (content: string): string => `data: {"choices":[{"delta":{"content":"${content}"}}]}\n\n`;
const FINISH = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n';
const DONE = 'data: [DONE]\n\n';

/** A reader with everything it has told its host. */
function read(reading: 'stream' | 'raw' = 'stream'): {
  readonly reader: StreamReader;
  readonly told: string[];
  readonly settled: [Outcome, string][];
  /** What comes from the upstream inside the calls that restart its flow. */
  readonly onResume: (() => void)[];
  readonly opened: () => LiveStream;
} {
  const told: string[] = [];
  const settled: [Outcome, string][] = [];
  let rest: LiveStream | undefined;
  const onResume: (() => void)[] = [];
  const host: StreamHost = {
    status: 200,
    headers: [],
    endMarks: { seen: false },
    open(opening, live) {
      rest = live;
      told.push(`open ${opening.length}`);
    },
    next: () => new Promise(() => undefined),
    settle: (outcome, connection) => settled.push([outcome, connection]),
    maxBytes: 200_000,
    shown: () => told.push('shown'),
    complete: () => told.push('complete'),
    pause: () => told.push('pause'),
    resume: () => {
      told.push('resume');
      onResume.shift()?.();
    },
  };
  const reader = new StreamReader(host, reading);
  return {
    reader,
    told,
    settled,
    onResume,
    opened: () => {
      if (rest === undefined) throw new Error('nothing was opened');
      return rest;
    },
  };
}

/** A sink that keeps what it gets and is full after each write. */
function fullSink(): FrameSink & { readonly got: string[]; drain: () => void } {
  const sink = {
    got: [] as string[],
    drain: (): void => undefined,
    write(frames: readonly Frame[]): boolean {
      sink.got.push(frames.map(({ raw }) => raw.toString()).join(''));
      return false;
    },
    onDrain(resume: () => void): void {
      sink.drain = resume;
    },
  };
  return sink;
}

describe('between the opening and the relay', () => {
  it('nothing overtakes what waited, though the flow brings more the moment it is let go', () => {
    const { reader, onResume, opened } = read();
    const got: string[] = [];
    reader.data(Buffer.from(text('a') + text('b')));
    onResume.push(() => reader.data(Buffer.from(text('c'))));
    void opened().relay({
      write: (frames) => got.push(...frames.map(({ raw }) => raw.toString())) > 0,
      onDrain: () => undefined,
    });
    expect(got).toEqual([text('b'), text('c')]);
  });

  it('the flow stays stopped when what waited fills the sink', () => {
    const { reader, told, opened } = read();
    const sink = fullSink();
    reader.data(Buffer.from(text('a') + text('b')));
    told.length = 0;
    void opened().relay(sink);
    expect(told).toEqual(['pause']);
    sink.drain();
    expect(told).toEqual(['pause', 'resume']);
  });

  it('frames that came along are kept, in order', () => {
    const { reader, opened } = read();
    const sink = fullSink();
    reader.data(Buffer.from(text('a') + text('b')));
    reader.data(Buffer.from(text('c')));
    void opened().relay(sink);
    expect(sink.got).toEqual([text('b') + text('c')]);
  });

  it.each([
    ['the end', (reader: StreamReader) => reader.end(), 'done'],
    ['a cut', (reader: StreamReader) => reader.lost(new Error('gone')), 'cut'],
  ] as const)('%s waits until what came before it has been passed on', (_what, happen, how) => {
    const { reader, settled, opened } = read();
    const sink = fullSink();
    reader.data(Buffer.from(text('a') + text('b')));
    happen(reader);
    expect(settled).toEqual([]);
    void opened().relay(sink);
    expect(sink.got).toEqual([text('b')]);
    expect(settled).toMatchObject([
      [{ kind: 'ended', how, shown: 'content' }, how === 'done' ? 'ended' : 'broken-off'],
    ]);
  });
});

it('a sink that is full stops the flow until it has drained', () => {
  const { reader, told, opened } = read();
  const sink = fullSink();
  reader.data(Buffer.from(text('a')));
  void opened().relay(sink);
  told.length = 0;
  reader.data(Buffer.from(text('b')));
  expect(told).toEqual(['pause']);
  sink.drain();
  expect(told).toEqual(['pause', 'resume']);
});

it('what comes with the end mark is passed on before it', () => {
  const { reader, settled, opened } = read();
  const sink = fullSink();
  reader.data(Buffer.from(text('a')));
  void opened().relay(sink);
  reader.data(Buffer.from(text('b') + FINISH + DONE));
  expect(sink.got).toEqual([text('b') + FINISH]);
  expect(settled).toMatchObject([[{ how: 'done', finishReason: 'stop' }, 'ending']]);
});

it('an event too large to pass on is a lost stream', () => {
  const { reader, settled } = read();
  for (let count = 0; count < 30 && settled.length === 0; count += 1) reader.data(Buffer.alloc(10_000, 'a'));
  expect(settled).toMatchObject([[{ kind: 'broken', cause: { message: /too large/ } }, 'broken-off']]);
});

it('a raw stream is opened before its first byte and not looked into', () => {
  const { reader, told, settled, opened } = read('raw');
  expect(told).toEqual(['shown', 'open 0']);
  const sink = fullSink();
  void opened().relay(sink);
  reader.data(Buffer.from('data: [DO'));
  reader.data(Buffer.from('NE]\n\n'));
  expect(sink.got).toEqual(['data: [DO', 'NE]\n\n']);
  reader.end();
  expect(settled).toMatchObject([[{ kind: 'ended', how: 'done' }, 'ended']]);
});

it('a stall is an end only once something is being passed on', () => {
  const { reader, opened } = read();
  expect(reader.stalled()).toBeUndefined();
  reader.data(Buffer.from(text('a')));
  void opened().relay(fullSink());
  expect(reader.stalled()).toMatchObject({ kind: 'ended', how: 'idle', shown: 'content' });
});

it('frames that clients choke on are left out, before and after the opening', () => {
  const { reader, told, opened } = read();
  const sink = fullSink();
  const odd = 'data:\n\ndata: hello\n\n:data: {"choices":[]}\n\n';
  reader.data(Buffer.from(`${odd}: waiting\n\n${text('a')}`));
  expect(told).toContain('open 2');
  void opened().relay(sink);
  reader.data(Buffer.from(odd + text('b')));
  expect(sink.got).toEqual([text('b')]);
});

it('a flood before the first word is too much, comments alone are left out', () => {
  const flood = read();
  const nothing = 'data: {"choices":[{"delta":{"content":""}}]}\n\n';
  for (let count = 0; count < 10_000 && flood.settled.length === 0; count += 1)
    flood.reader.data(Buffer.from(nothing));
  expect(flood.settled).toEqual([[{ kind: 'oversized', limitBytes: 200_000 }, 'broken-off']]);

  const waiting = read();
  waiting.reader.data(Buffer.from(nothing));
  for (let count = 0; count < 100_000; count += 1) waiting.reader.data(Buffer.from(': waiting\n\n'));
  waiting.reader.data(Buffer.from(text('a')));
  expect(waiting.settled).toEqual([]);
  const kept = Number(/^open (\d+)$/.exec(waiting.told.at(-1) ?? '')?.[1]);
  expect(kept).toBeGreaterThan(1_000);
  expect(kept).toBeLessThan(10_000);
});

it('one drain is waited for, however often the sink says that it is full', () => {
  const { reader, told, opened } = read();
  const sink = fullSink();
  reader.data(Buffer.from(text('a')));
  void opened().relay(sink);
  told.length = 0;
  reader.data(Buffer.from(text('b')));
  reader.data(Buffer.from(text('c')));
  expect(told).toEqual(['pause']);
});

it('a reason to finish after thinking alone waits: content may follow after all', () => {
  const { reader, opened } = read();
  const sink = fullSink();
  const thinking = 'data: {"choices":[{"delta":{"reasoning":"Hm"}}]}\n\n';
  reader.data(Buffer.from(thinking));
  void opened().relay(sink);
  reader.data(Buffer.from(FINISH));
  expect(sink.got).toEqual([]);
  reader.data(Buffer.from(text('a')));
  expect(sink.got).toEqual([FINISH + text('a')]);
});

describe('pieces of text, each in a chunk of its own', () => {
  /** A sink that takes frames without a look into them. */
  const passing = (room: () => boolean): FrameSink & { readonly passed: string[]; drain: () => void } => {
    const sink = {
      passed: [] as string[],
      drain: (): void => undefined,
      write: (frames: readonly Frame[]): boolean => {
        for (const { raw } of frames) sink.passed.push(`frame ${raw.toString()}`);
        return room();
      },
      pass: (raw: Buffer): boolean => {
        sink.passed.push(raw.toString());
        return room();
      },
      onDrain: (resume: () => void): void => {
        sink.drain = resume;
      },
    };
    return sink;
  };

  it('are passed on as they came, remembered, and make the upstream wait where there is no room', () => {
    const { reader, told, settled, opened } = read();
    reader.data(Buffer.from(text('a')));
    let hasRoom = true;
    const sink = passing(() => hasRoom);
    void opened().relay(sink);
    for (const piece of ['b', ' ', 'ü']) reader.data(Buffer.from(text(piece)));
    hasRoom = false;
    for (const piece of ['c', 'd']) reader.data(Buffer.from(text(piece)));
    expect(sink.passed).toEqual([text('b'), text(' '), `frame ${text('ü')}`, text('c'), text('d')]);
    expect(told).toEqual(['shown', 'open 1', 'pause']);
    sink.drain();
    expect(told.slice(3)).toEqual(['resume']);
    reader.data(Buffer.from(FINISH));
    reader.data(Buffer.from(DONE));
    expect(settled).toMatchObject([
      [{ kind: 'ended', how: 'done', said: 'ab ücd', finishReason: 'stop' }, 'ending'],
    ]);
  });

  it('that are cut anywhere are read as frames', () => {
    const { reader, opened } = read();
    reader.data(Buffer.from(text('a')));
    const sink = passing(() => true);
    void opened().relay(sink);
    const whole = text('b');
    reader.data(Buffer.from(whole.slice(0, 9)));
    reader.data(Buffer.from(whole.slice(9)));
    reader.data(Buffer.from(text('c')));
    expect(sink.passed).toEqual([`frame ${whole}`, text('c')]);
  });
});
