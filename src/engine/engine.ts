// An engine: everything made from one configuration, with a lifetime. Requests run with the engine they began with; when
// a changed configuration has taken its place, it ends with the last of them.
import type { Config } from '../config/schema.ts';
import { tellAll } from '../exchange/events.ts';
import type { Observe } from '../exchange/events.ts';
import { consoleLines } from '../journal/console-line.ts';
import type { LinePaint } from '../journal/console-line.ts';
import { retryPolicy } from '../retry/policy.ts';
import { openRewriting } from '../rewrite/rewriting.ts';
import type { SlowRule } from '../rewrite/strikes.ts';
import type { HandlerParts } from '../server/handlers.ts';
import type { Lease } from '../server/engines.ts';
import type { Clock } from '../std/clock.ts';
import type { Log } from '../std/log.ts';
import { modelFile } from '../storage/model-files.ts';
import { openUpstream } from '../upstream/connect.ts';
import { compileRules } from '../verdict/rules.ts';

/** A configuration that knows its upstream: the demo's address is filled in where the user gave none. */
export type RunnableConfig = Config & { readonly target_proxy: { readonly url: string } };

/** What the engines of a process share. */
export interface SharedParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Where remembered things are kept. */
  readonly dataFolder: string;
  /** Those who hear of all that happens in one of them, to keep records of it. */
  readonly observers: (profile: string | undefined, config: Config) => readonly Observe[];
  /** Hears the name of every text rule that was stopped because it took too long. */
  readonly ruleStopped: (rule: string) => void;
  /** Emphasis for the lines at the terminal. */
  readonly paint: LinePaint;
  /** The largest request, in MB, as the main configuration has it now. */
  readonly maxRequestMb: () => number;
  /** The bundled src/rewrite/worker-entry.ts. */
  readonly rewriteWorker: URL;
}

/** One configuration at work. */
export interface Engine {
  readonly config: RunnableConfig;
  /** For one request, which must release it. */
  lend(): Lease;
  /** Text rules that were stopped because they took too long. */
  slowRules(): readonly SlowRule[];
  /** Closes its connections as soon as no request runs with it any more; nothing is lent from now on. */
  retire(): void;
  /** Closes its connections at once; what is under way is lost. */
  close(): Promise<void>;
}

/**
 * Prepares to run requests; connects to nothing yet.
 * @param profile undefined for the main configuration
 * @param tally hears of all that happens in this one
 */
export function openEngine(
  config: RunnableConfig,
  profile: string | undefined,
  tally: Observe,
  shared: SharedParts,
): Engine {
  const { clock, log, dataFolder, maxRequestMb, paint, rewriteWorker } = shared;
  const { target_proxy: target, error_handling: errorHandling, response_parsing: parsing } = config;
  const upstream = openUpstream(target, clock);
  const line = consoleLines(log, clock, {
    recategorisations: parsing.logging.enabled && parsing.logging.log_recategorization,
    paint,
  });
  const records = shared.observers(profile, config);
  const rewriting = openRewriting(config, {
    clock,
    log,
    workerFile: rewriteWorker,
    stopped: shared.ruleStopped,
  });
  const close = async (): Promise<void> => {
    await Promise.all([upstream.close(), rewriting.close()]);
  };
  const parts: HandlerParts = {
    profile,
    upstream,
    exchange: {
      send: upstream.send,
      rules: compileRules(errorHandling, parsing),
      policy: retryPolicy(errorHandling),
      keepAliveAfterMs: config.streaming.keepalive_after * 1_000,
      rescue: config.streaming.rescue,
      rescueMemory: { refusesPrefill: new Set<string>() },
      clock,
      observe: tellAll([...records, tally, line]),
    },
    rewriting,
    models: modelFile(dataFolder, target.url),
    get maxRequestMb() {
      return maxRequestMb();
    },
    secrets: upstream.secrets,
  };
  return { config, slowRules: () => rewriting.slow(), ...lending(parts, close), close };
}

/** Counts the requests that run with an engine, to close it after the last of them. */
function lending(parts: HandlerParts, close: () => Promise<void>): Pick<Engine, 'lend' | 'retire'> {
  let running = 0;
  let isRetired = false;
  const closeWhenIdle = (): void => {
    if (isRetired && running === 0) void close();
  };
  const lease: Lease = {
    parts,
    release() {
      running -= 1;
      closeWhenIdle();
    },
  };
  return {
    lend() {
      running += 1;
      return lease;
    },
    retire() {
      isRetired = true;
      closeWhenIdle();
    },
  };
}
