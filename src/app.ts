// The composition root: a configuration in, a running First Hop out. The only place that picks adapters.
import { join } from 'node:path';
import { effectiveConfig } from './config/effective.ts';
import { loadConfigFile } from './config/file.ts';
import type { ReadResult } from './config/load.ts';
import { asProfile } from './config/profiles.ts';
import type { Config } from './config/schema.ts';
import type { Environment } from './config/variables.ts';
import type { Stamp } from './config/watch.ts';
import type { Dashboard } from './dashboard/dashboard.ts';
import type { RunnableConfig, SharedParts } from './engine/engine.ts';
import { LiveConfig } from './engine/live.ts';
import type { Reading } from './engine/live.ts';
import { openPage } from './engine/page.ts';
import { openProfiles } from './engine/profiles.ts';
import type { Profiles, ProfileSource } from './engine/profiles.ts';
import { openRecords } from './engine/records.ts';
import type { Records } from './engine/records.ts';
import type { LinePaint } from './journal/console-line.ts';
import type { JournalReader } from './journal/store.ts';
import type { TraceOptions } from './journal/traces.ts';
import { listen } from './server/listen.ts';
import { hostInUrl } from './server/origin.ts';
import type { Clock } from './std/clock.ts';
import type { Log } from './std/log.ts';

/** What the machine provides. */
export interface Platform {
  readonly clock: Clock;
  readonly log: Log;
  /** Where remembered things are kept. */
  readonly dataFolder: string;
  readonly version: string;
  readonly page: PagePlatform;
  /** The bundled src/rewrite/worker-entry.ts. */
  readonly rewriteWorker: URL;
  /** The file the configuration was read from; undefined: there is none, and so nothing to follow and no profiles. */
  readonly source?: ConfigSource;
  /** Emphasis for the lines at the terminal; without it, plain text. */
  readonly paint?: LinePaint;
  /** Where traces are sent; undefined: nowhere. */
  readonly traces?: TraceOptions | undefined;
}

/** What the page is told about the machine. */
export interface PagePlatform {
  /** Where the built page is. */
  readonly folder: string;
  /** The file it saves a configuration to when there is none yet; followed from the beginning. */
  readonly newConfig?: ConfigSource;
  /** Whether an upstream is the built-in demo. */
  readonly isDemo: (url: string) => boolean;
}

/** A configuration file, to be read again. */
export interface ConfigSource {
  readonly file: string;
  /** What it looked like before it was read. */
  readonly asOf: Stamp;
  readonly env: Environment;
  /** Fills in what the file leaves to others: what the command line says, and the demo's address. */
  readonly complete: (config: Config) => Promise<RunnableConfig>;
}

/** First Hop, accepting requests. */
export interface RunningApp {
  /** `http://host:port`, without a trailing slash. */
  readonly url: string;
  /** Takes no new requests, lets the running replies finish (30 s at the most), and closes everything. */
  stop(): Promise<void>;
}

/** Starts. Rejects with Node's error when the address can not be listened on. */
export async function startApp(config: RunnableConfig, platform: Platform): Promise<RunningApp> {
  const { clock, log, dataFolder, version, rewriteWorker, source } = platform;
  let mainConfig: () => Config = () => config;
  const records = await openRecords({
    clock,
    log,
    version,
    dataFolder,
    configFile: source?.file,
    config: () => mainConfig(),
    traces: platform.traces,
  });
  const shared: SharedParts = {
    clock,
    log,
    dataFolder,
    // A profile is recorded as the main configuration has it.
    observers: (profile, own) =>
      records.observers(profile === undefined ? () => own : () => mainConfig()).concat(page.observe),
    ruleStopped: (rule) => records.ruleStopped(rule),
    paint: platform.paint ?? plain,
    maxRequestMb: () => main.config.server.max_request_mb,
    rewriteWorker,
  };
  let url = '';
  const page = pageFor(
    platform,
    records.journal,
    () => main,
    () => url,
  );
  const main = new LiveConfig(config, undefined, shared);
  mainConfig = () => main.config;
  const profiles = openProfiles(source && profileSource(source), shared);
  const engines = {
    lend: () => main.lend(),
    lendProfile: profiles.lend,
    corsOrigins: () => main.config.server.cors_origins,
    page: page.handle,
    health: healthOf(platform, records, main, profiles),
    metrics: () => records.metrics(),
    fault: (error: unknown) => records.fault(error),
  };
  const server = await listen(config.server, engines, clock, log);
  const followed = source ?? platform.page.newConfig;
  if (followed !== undefined) {
    const { file: path, asOf, env } = followed;
    main.follow({ path, asOf, read: async () => completed(await loadConfigFile(path, env), followed) });
  }
  url = `http://${hostInUrl(config.server.host)}:${server.port}`;
  return {
    url,
    async stop() {
      page.close();
      await server.close();
      await Promise.all([main.close(), profiles.close()]);
      await records.close();
    },
  };
}

/** The page in front of the main configuration as it is when it is asked. */
function pageFor(
  { clock, version, dataFolder, page, rewriteWorker, source }: Platform,
  journal: JournalReader,
  main: () => LiveConfig,
  url: () => string,
): Dashboard {
  const followed = source ?? page.newConfig;
  return openPage({
    clock,
    rewriteWorker,
    version,
    dataFolder,
    pageFolder: page.folder,
    journal,
    configFile: followed?.file ?? join(dataFolder, 'config.yaml'),
    hasProfiles: source !== undefined,
    env: followed?.env ?? {},
    config: () => main().config,
    upstream: () => main().state().upstream,
    url,
    isDemo: page.isDemo,
  });
}

/** The bodies of `GET /health` and `GET /health/detailed`; the uptime counts from now. */
function healthOf(
  { clock, version }: Platform,
  records: Records,
  main: LiveConfig,
  profiles: Profiles,
): (detailed: boolean) => unknown {
  const startedAtMs = clock.nowMs();
  return (detailed) => ({
    status: 'healthy',
    version,
    uptime_seconds: Math.round((clock.nowMs() - startedAtMs) / 1_000),
    ...(detailed && {
      node: process.version,
      ...main.state(),
      counts: records.counts(),
      configuration: effectiveConfig(main.config),
      profiles: profiles.state(),
    }),
  });
}

/** Profiles are what their files say: the variables that override keys of the main file have no part in them. */
function profileSource(source: ConfigSource): ProfileSource {
  return {
    mainFile: source.file,
    read: async (file) => completed(asProfile(await loadConfigFile(file, source.env, []), file), source),
  };
}

async function completed(read: ReadResult, { complete }: ConfigSource): Promise<Reading> {
  return read.kind === 'invalid' ? read : { ...read, config: await complete(read.config) };
}

function plain(_style: unknown, text: string): string {
  return text;
}
