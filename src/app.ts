// The composition root: a configuration in, a running First Hop out. The only place that picks adapters.
import type { Config } from './config/schema.ts';
import { effectiveConfig } from './config/effective.ts';
import { compileRules } from './verdict/rules.ts';
import { retryPolicy } from './retry/policy.ts';
import { consoleLines } from './journal/console-line.ts';
import { startTally } from './journal/counts.ts';
import { listen } from './server/listen.ts';
import { hostInUrl } from './server/origin.ts';
import type { Clock } from './std/clock.ts';
import type { Log } from './std/log.ts';
import { modelFile } from './storage/model-files.ts';
import { openUpstream } from './upstream/connect.ts';

/** What the machine provides. */
export interface Platform {
  readonly clock: Clock;
  readonly log: Log;
  /** Where remembered things are kept. */
  readonly dataFolder: string;
  readonly version: string;
}

/** A configuration that knows its upstream: the demo's address is filled in where the user gave none. */
export type RunnableConfig = Config & { readonly target_proxy: { readonly url: string } };

/** First Hop, accepting requests. */
export interface RunningApp {
  /** `http://host:port`, without a trailing slash. */
  readonly url: string;
  /** What a user should know about the configuration in use, one sentence each. */
  readonly notices: readonly string[];
  /** Takes no new requests, lets the running replies finish (30 s at the most), and closes everything. */
  stop(): Promise<void>;
}

/** Starts. Rejects with Node's error when the address can not be listened on. */
export async function startApp(config: RunnableConfig, platform: Platform): Promise<RunningApp> {
  const { clock, log, dataFolder, version } = platform;
  const { target_proxy: target, error_handling: errorHandling } = config;
  const { logging } = config.response_parsing;
  const startedAtMs = clock.nowMs();
  const upstream = openUpstream(target, clock);
  const tally = startTally(clock);
  const line = consoleLines(log, clock, {
    recategorisations: logging.enabled && logging.log_recategorization,
  });
  const health = (detailed: boolean): unknown => ({
    status: 'healthy',
    version,
    uptime_seconds: Math.round((clock.nowMs() - startedAtMs) / 1_000),
    ...(detailed && {
      node: process.version,
      upstream: tally.upstream(),
      counts: tally.counts(),
      configuration: effectiveConfig(config),
    }),
  });
  const parts = {
    upstream,
    exchange: {
      send: upstream.send,
      rules: compileRules(errorHandling, config.response_parsing),
      policy: retryPolicy(errorHandling),
      keepAliveAfterMs: config.streaming.keepalive_after * 1_000,
      rescue: config.streaming.rescue,
      rescueMemory: { refusesPrefill: new Set<string>() },
      clock,
      observe: (event: Parameters<typeof line>[0]) => {
        tally.observe(event);
        line(event);
      },
    },
    models: modelFile(dataFolder, target.url),
    maxRequestMb: config.server.max_request_mb,
    secrets: upstream.secrets,
    health,
  };
  const server = await listen(config.server, parts, clock, log);
  return {
    url: `http://${hostInUrl(config.server.host)}:${server.port}`,
    notices: notYet(config),
    async stop() {
      await server.close();
      await upstream.close();
    },
  };
}

/** Sections that are understood but not used by this version, if the configuration relies on them. */
function notYet(config: Config): readonly string[] {
  const rewriting = (['regex_replacement', 'response_processing'] as const).filter(
    (section) => config[section].enabled && config[section].rules.length > 0,
  );
  return rewriting.map(
    (section) => `${section}: its rules are read, but this version does not apply them yet.`,
  );
}
