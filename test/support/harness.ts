// First Hop as it really runs, in front of a scripted upstream, on a fake clock: what every story begins with.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startApp } from '../../src/app.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { JsonObject } from '../../src/std/json.ts';
import { isObject } from '../../src/std/json.ts';
import type { Log } from '../../src/std/log.ts';
import { createClient } from './client.ts';
import type { Call, CallOptions, Client, Reply } from './client.ts';
import { FakeClock } from './fake-clock.ts';
import { startUpstream } from './scripted-upstream.ts';
import type { Script, ScriptedUpstream } from './scripted-upstream.ts';

export interface HopOptions {
  readonly answers: Script;
  /** Sections of the configuration, as a user writes them; the upstream's url and a free port are filled in. */
  readonly config?: JsonObject;
  readonly clock?: FakeClock;
  /** What is typed after the upstream's origin in `target_proxy.url`. */
  readonly path?: string;
  /** Keeps what another First Hop has remembered. */
  readonly dataFolder?: string;
}

export interface Hop {
  readonly url: string;
  readonly upstream: ScriptedUpstream;
  readonly clock: FakeClock;
  readonly client: Client;
  readonly dataFolder: string;
  /** Every line that was logged. */
  readonly logged: readonly string[];
  /** Starts a chat completion as SillyTavern does; the fields are added to a small request. */
  chat(fields?: JsonObject, options?: CallOptions): Call;
  /** Shuts First Hop down as SIGTERM does; resolves when it is over. */
  stop(): Promise<void>;
}

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
  } = options;
  const logged: string[] = [];
  const url = `${upstream.url}${path}`;
  const parsed = configSchema.parse({ ...config, server: { port: 0, ...section(config, 'server') } });
  const runnable = { ...parsed, target_proxy: { ...parsed.target_proxy, url } };
  const app = await startApp(runnable, { clock, log: logTo(logged), dataFolder, version: '0.0.0-test' });
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

/** A folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'first-hop-story-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function section(config: JsonObject, name: string): JsonObject {
  const value = config[name];
  return isObject(value) ? value : {};
}

function logTo(lines: string[]): Log {
  const add = (line: string): void => void lines.push(line);
  return { info: add, warn: add, error: add };
}
