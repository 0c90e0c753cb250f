// First Hop as it really runs, in front of a scripted upstream, on a fake clock: what every story begins with.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startApp } from '../../src/app.ts';
import type { ConfigSource } from '../../src/app.ts';
import { configSchema } from '../../src/config/schema.ts';
import { stampOf } from '../../src/config/watch.ts';
import type { JsonObject } from '../../src/std/json.ts';
import type { TraceOptions } from '../../src/journal/traces.ts';
import type { Log } from '../../src/std/log.ts';
import { createClient } from './client.ts';
import type { Call, CallOptions, Client, Reply } from './client.ts';
import { FakeClock } from './fake-clock.ts';
import { REWRITE_WORKER } from './rewrite-worker.ts';
import { startUpstream } from './scripted-upstream.ts';
import type { Script, ScriptedUpstream } from './scripted-upstream.ts';

export interface HopOptions {
  readonly answers: Script;
  /** Sections of the configuration, as a user writes them; the upstream's url and a free port are filled in. */
  readonly config?: JsonObject;
  readonly clock?: FakeClock;
  /** What is typed after the upstream's origin in `target_proxy.url`. */
  readonly path?: string;
  /** Where traces are sent; nowhere without. */
  readonly traces?: TraceOptions;
  /** Keeps what another First Hop has remembered. */
  readonly dataFolder?: string;
  /** Reads the configuration from a file, `config.yaml` in a folder of its own, and follows it. */
  readonly live?: boolean;
}

export interface Hop {
  readonly url: string;
  readonly upstream: ScriptedUpstream;
  readonly clock: FakeClock;
  readonly client: Client;
  readonly dataFolder: string;
  /** Every line that was logged. */
  readonly logged: readonly string[];
  /** Where the configuration file of a live one stands, and its profiles. */
  readonly configFolder: string;
  /** Starts a chat completion as SillyTavern does; the fields are added to a small request. */
  chat(fields?: JsonObject, options?: CallOptions): Call;
  /** Shuts First Hop down as SIGTERM does; resolves when it is over. */
  stop(): Promise<void>;
}

const STEP_MS = 50;
const MOST_STEPS = 5_000;

/** The bytes of a small chat request. */
export function chatBody(fields: JsonObject = {}): string {
  const messages = [{ role: 'user', content: 'Hello there' }];
  return JSON.stringify({ messages, model: 'test-model', temperature: 1, stream: false, ...fields });
}

/** Starts First Hop in front of an upstream with these answers; both are gone when the test is. */
export async function startHop(options: HopOptions): Promise<Hop> {
  const upstream = await startUpstream(options.answers);
  onTestFinished(() => upstream.close());
  return startHopAt(upstream, options);
}

/** The same in front of an upstream that runs already, or has run. */
export async function startHopAt(
  upstream: ScriptedUpstream,
  options: Omit<HopOptions, 'answers'>,
): Promise<Hop> {
  const {
    config = {},
    clock = new FakeClock(),
    path = '/v1',
    dataFolder = await temporaryFolder(),
    live = false,
  } = options;
  const logged: string[] = [];
  const url = `${upstream.url}${path}`;
  const parsed = configSchema.parse(config);
  const complete: ConfigSource['complete'] = (read) =>
    Promise.resolve({
      ...read,
      target_proxy: { ...read.target_proxy, url: read.target_proxy.url ?? url },
      server: { ...read.server, port: 0 },
    });
  const configFolder = await temporaryFolder();
  const file = join(configFolder, 'config.yaml');
  if (live) await writeFile(file, JSON.stringify(config));
  const app = await startApp(await complete(parsed), {
    clock,
    log: logTo(logged),
    dataFolder,
    version: '0.0.0-test',
    rewriteWorker: REWRITE_WORKER,
    page: { folder: configFolder, isDemo: () => false },
    traces: options.traces,
    ...(live && { source: { file, asOf: await stampOf(file), env: {}, complete } }),
  });
  const client = createClient(app.url);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= app.stop());
  onTestFinished(async () => {
    client.close();
    upstream.dropConnections();
    await clock.advanceUntil(stop());
  });
  return {
    url: app.url,
    upstream,
    clock,
    client,
    dataFolder,
    logged,
    configFolder,
    chat: (fields = {}, callOptions = {}) =>
      client.call('/v1/chat/completions', {
        method: 'POST',
        body: chatBody(fields),
        ...callOptions,
        headers: { 'content-type': 'application/json', ...callOptions.headers },
      }),
    stop,
  };
}

/** Asks once, plainly, and waits for the reply. */
export function ask(hop: Hop, fields: JsonObject = {}): Promise<Reply> {
  return hop.chat(fields).done;
}

/** Asks once for a stream and waits until it is over. */
export function askForStream(hop: Hop, fields: JsonObject = {}): Promise<Reply> {
  return hop.chat({ stream: true, ...fields }).done;
}

/** Lets the time pass until something has happened that waits for files, a little at a time. */
export async function passTimeUntil(hop: Hop, hasHappened: () => boolean): Promise<void> {
  for (let steps = 0; !hasHappened(); steps += 1) {
    if (steps > MOST_STEPS) throw new Error(`It does not happen. Logged so far:\n${hop.logged.join('\n')}`);
    await hop.clock.advance(STEP_MS);
  }
}

/** A folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'first-hop-story-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function logTo(lines: string[]): Log {
  const add = (line: string): void => void lines.push(line);
  return { info: add, warn: add, error: add };
}
