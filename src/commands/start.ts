// `first-hop start`: serves until it is asked to end.
import { join } from 'node:path';
import { startApp } from '../app.ts';
import type { ConfigSource, RunningApp } from '../app.ts';
import { dataFolder } from '../config/folders.ts';
import type { Config } from '../config/schema.ts';
import { hideSecrets } from '../config/secrets.ts';
import { tracingFrom } from '../config/tracing.ts';
import { stampOf } from '../config/watch.ts';
import { startDemo } from '../demo/server.ts';
import type { DemoUpstream } from '../demo/server.ts';
import type { RunnableConfig } from '../engine/engine.ts';
import { retryPolicy } from '../retry/policy.ts';
import { listenProblem, readinessBlock } from '../server/readiness.ts';
import { phaseLimits } from '../upstream/limits.ts';
import { chooseConfig } from './choose-config.ts';
import { FAILED, INTERRUPTED, OK, commandLine } from './machine.ts';
import type { Machine } from './machine.ts';

/** What the command line says. */
export interface StartOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly demo?: true;
}

/** Runs until it is asked to end, and returns the exit code. */
export async function start(options: StartOptions, machine: Machine): Promise<number> {
  const { clock, log, version, env } = machine;
  const chosen = await chooseConfig(options.config, machine);
  if (chosen === undefined) {
    log.error('First Hop was not started. Correct what is said above, then start again.');
    return FAILED;
  }
  const { config, origin } = chosen;
  const demo = demoOnDemand(machine);
  const complete = completion(options, demo);
  const runnable = await complete(config);
  const tracing = tracingFrom(machine.env);
  for (const problem of tracing.problems) log.warn(problem);
  const newFile = join(machine.cwd, 'config.yaml');
  const newConfig = { file: newFile, asOf: await stampOf(newFile), env, complete };
  let app: RunningApp;
  try {
    app = await startApp(runnable, {
      clock,
      log,
      version,
      rewriteWorker: machine.rewriteWorker,
      page: { folder: machine.pageFolder, isDemo: demo.isAt, newConfig },
      dataFolder: dataFolder(machine),
      paint: machine.paint,
      traces: tracing.options,
      ...(origin && { source: { ...origin, env, complete } }),
    });
  } catch (error) {
    await demo.stop();
    log.error(listenProblem(error, runnable.server));
    return FAILED;
  }
  const facts = {
    version,
    url: app.url,
    ...upstreamShown(config, options),
    configuration: origin?.file ?? `none; to use your own provider: ${commandLine(machine, 'init')}`,
    policy: retryPolicy(config.error_handling),
    limits: phaseLimits(config.target_proxy.timeout),
  };
  // Whoever reads that First Hop is ready may ask it to end at once, so it listens for that first.
  const stopped = untilStopped(machine, async () => {
    await app.stop();
    await demo.stop();
  });
  log.info(readinessBlock(facts, machine.paint));
  return stopped;
}

/** What the command line says wins over every file, whenever it is read; the demo stands in where no upstream is named. */
function completion(options: StartOptions, demo: DemoOnDemand): ConfigSource['complete'] {
  return async (config): Promise<RunnableConfig> => {
    const { server, target_proxy: target } = config;
    const url = options.demo === true ? undefined : target.url;
    return {
      ...config,
      target_proxy: { ...target, url: url ?? (await demo.url()) },
      // An empty --host would mean every address, which nobody asks for with nothing.
      server: { ...server, host: options.host || server.host, port: options.port ?? server.port },
    };
  };
}

/** Who answers, as the readiness block says it. */
function upstreamShown(
  config: Config,
  options: StartOptions,
): { readonly upstream: string; readonly demo: boolean } {
  const { url } = config.target_proxy;
  if (url !== undefined && options.demo !== true) return { upstream: hideSecrets(url), demo: false };
  const because = options.demo === true ? '--demo' : 'no target_proxy.url is configured';
  return { upstream: `the built-in demo (${because})`, demo: true };
}

/** The demo upstream, which runs from the moment it is needed until the end. */
interface DemoOnDemand {
  /** Whether this is its address. */
  readonly isAt: (url: string) => boolean;
  url(): Promise<string>;
  stop(): Promise<void>;
}

function demoOnDemand(machine: Machine): DemoOnDemand {
  let running: Promise<DemoUpstream> | undefined;
  let address: string | undefined;
  return {
    isAt: (url) => url === address,
    async url() {
      running ??= startDemo(machine);
      address = `${(await running).url}/v1`;
      return address;
    },
    async stop() {
      await (await running)?.stop();
    },
  };
}

/** npm passes on a Ctrl+C that the terminal has already sent, so the first one arrives twice at once. */
const ECHO_MS = 500;

/** Waits for a request to end, then ends in good order; a second request ends at once. */
function untilStopped(machine: Machine, stop: () => Promise<void>): Promise<number> {
  const { clock, log } = machine;
  return new Promise((resolve, reject) => {
    let askedAtMs: number | undefined;
    machine.onSignal(() => {
      if (askedAtMs === undefined) {
        askedAtMs = clock.nowMs();
        log.info('Stopping: replies under way get 30 s to finish. Press Ctrl+C again to stop at once.');
        stop().then(() => resolve(OK), reject);
      } else if (clock.nowMs() - askedAtMs >= ECHO_MS) {
        resolve(INTERRUPTED);
      }
    });
  });
}
