// The command line: what each command does on the machine it is given, and its exit code. The real machine is
// main.ts; nothing here touches the process.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { startApp } from './app.ts';
import type { Platform, RunningApp } from './app.ts';
import { reportProblems } from './config/explain.ts';
import { loadConfigFile } from './config/file.ts';
import { findConfig } from './config/find.ts';
import { dataFolder } from './config/folders.ts';
import type { Surroundings } from './config/folders.ts';
import { writeFirstConfig } from './config/init.ts';
import type { Terminal } from './config/init.ts';
import { defaultConfig } from './config/load.ts';
import type { Config } from './config/schema.ts';
import { hideSecrets } from './config/secrets.ts';
import { startDemo } from './demo/server.ts';
import { retryPolicy } from './retry/policy.ts';
import { listenProblem, readinessBlock } from './server/readiness.ts';
import type { Paint } from './server/readiness.ts';
import { phaseLimits } from './upstream/limits.ts';

/** The machine a command runs on. */
export interface Machine extends Surroundings, Pick<Platform, 'clock' | 'log' | 'version'> {
  /** The current folder. */
  readonly cwd: string;
  readonly paint: Paint;
  /** Where questions can be asked; undefined when nobody is there to answer. */
  readonly terminal: Terminal | undefined;
  /** From now on, calls back on every request to end (SIGINT, SIGTERM) in place of ending the process. */
  onSignal(callback: () => void): void;
}

interface StartOptions {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly demo?: true;
}

const OK = 0;
const FAILED = 1;
/** What shells give a program that SIGINT (2) has ended: 128 + 2. */
const INTERRUPTED = 130;

/**
 * Runs one command to its end and returns its exit code.
 * @param args what stands after the program's name
 */
export async function runCli(args: readonly string[], machine: Machine): Promise<number> {
  const { log } = machine;
  let exitCode = OK;
  const program = new Command(commandLine(machine))
    .description(
      'Stands between SillyTavern (or any OpenAI-compatible client) and your provider, and asks again when it fails.',
    )
    .version(machine.version)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => log.info(text.trimEnd()),
      writeErr: (text) => log.error(text.trimEnd()),
    });
  const startCommand = program
    .command('start', { isDefault: true })
    .description('serve; the word itself may be left out')
    .option('--config <file>', 'the configuration to use')
    .option('--host <host>', 'the address to listen on')
    .option('--port <number>', 'the port to listen on', portFrom)
    .option('--demo', 'let the built-in demo play the provider')
    // Every word that is no command arrives here, because this is the default.
    .allowExcessArguments()
    .action(async (options: StartOptions, command: Command) => {
      const [word] = command.args;
      if (word !== undefined)
        command.error(`error: there is no command "${word}"; see ${commandLine(machine, '--help')}`);
      exitCode = await start(options, machine);
    });
  program
    .command('check')
    .description('say whether a configuration is valid, and where it is not')
    .argument('[file]', 'the configuration; without it, the one that start would use')
    .action(async (file: string | undefined) => {
      exitCode = await check(file, machine);
    });
  program
    .command('init')
    .description('ask for your provider and write config.yaml')
    .action(async () => {
      exitCode = await init(machine);
    });
  program.addHelpText('after', () => `\n${startCommand.helpInformation()}`);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    // So commander ends after a help text, the version, or a mistake in the arguments, having said it all.
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  return exitCode;
}

function portFrom(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535; 0 takes any free one.');
}

/** How the user calls this program: npm says so when it runs a script. */
function commandLine({ env }: Machine, ...args: readonly string[]): string {
  if (env['npm_lifecycle_event'] !== 'start') return ['first-hop', ...args].join(' ');
  return args.length === 0 ? 'npm start' : ['npm start --', ...args].join(' ');
}

async function start(options: StartOptions, machine: Machine): Promise<number> {
  const { clock, log, version } = machine;
  const chosen = await chooseConfig(options.config, machine);
  if (chosen === undefined) return FAILED;
  const { config, file } = chosen;
  const upstream = await chooseUpstream(config, options.demo === true, machine);
  // An empty --host would mean every address, which nobody asks for with nothing.
  const address = { host: options.host || config.server.host, port: options.port ?? config.server.port };
  let app: RunningApp;
  try {
    app = await startApp(
      {
        ...config,
        target_proxy: { ...config.target_proxy, url: upstream.url },
        server: { ...config.server, ...address },
      },
      { clock, log, version, dataFolder: dataFolder(machine) },
    );
  } catch (error) {
    await upstream.stop();
    log.error(listenProblem(error, address));
    return FAILED;
  }
  for (const notice of app.notices) log.warn(notice);
  const facts = {
    version,
    url: app.url,
    upstream: upstream.shown,
    configuration: file ?? `none; to use your own provider: ${commandLine(machine, 'init')}`,
    policy: retryPolicy(config.error_handling),
    limits: phaseLimits(config.target_proxy.timeout),
    demo: upstream.isDemo,
  };
  // Whoever reads that First Hop is ready may ask it to end at once, so it listens for that first.
  const stopped = untilStopped(machine, async () => {
    await app.stop();
    await upstream.stop();
  });
  log.info(readinessBlock(facts, machine.paint));
  return stopped;
}

/** The configuration to start with; undefined when there is none that can be used, which has been said. */
async function chooseConfig(
  flag: string | undefined,
  machine: Machine,
): Promise<{ readonly config: Config; readonly file: string | undefined } | undefined> {
  const found = findConfig({ ...machine, flag, exists: existsSync });
  if (found.kind === 'missing') {
    machine.log.error(found.message);
    return undefined;
  }
  const file = found.kind === 'file' ? found.path : undefined;
  const read = await (file === undefined ? defaultConfig(machine.env) : loadConfigFile(file, machine.env));
  reportProblems(read.problems, machine.log);
  if (read.kind === 'valid') return { config: read.config, file };
  machine.log.error('First Hop was not started. Correct what is said above, then start again.');
  return undefined;
}

/** Who answers: the configured server, or the demo, which is started here. */
async function chooseUpstream(
  config: Config,
  wantsDemo: boolean,
  machine: Machine,
): Promise<{
  readonly url: string;
  readonly shown: string;
  readonly isDemo: boolean;
  stop(): Promise<void>;
}> {
  const { url } = config.target_proxy;
  if (url !== undefined && !wantsDemo) {
    return { url, shown: hideSecrets(url), isDemo: false, stop: () => Promise.resolve() };
  }
  const demo = await startDemo(machine);
  const because = wantsDemo ? '--demo' : 'no target_proxy.url is configured';
  return { ...demo, url: `${demo.url}/v1`, shown: `the built-in demo (${because})`, isDemo: true };
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

async function check(file: string | undefined, machine: Machine): Promise<number> {
  const { cwd, env, log } = machine;
  const found =
    file === undefined
      ? findConfig({ ...machine, flag: undefined, exists: existsSync })
      : ({ kind: 'file', path: resolve(cwd, file) } as const);
  if (found.kind === 'missing') log.error(found.message);
  if (found.kind === 'none') {
    log.error(`There is no configuration to check: neither ${found.looked.join(' nor ')} exists.`);
  }
  if (found.kind !== 'file') return FAILED;
  const read = await loadConfigFile(found.path, env);
  reportProblems(read.problems, log);
  if (read.kind === 'invalid') return FAILED;
  log.info(`${found.path} is valid.`);
  return OK;
}

async function init(machine: Machine): Promise<number> {
  const { cwd, env, log, terminal } = machine;
  if (terminal === undefined) {
    log.error(
      'This command asks questions and needs a terminal. Without one, copy config.example.yaml to config.yaml and edit it.',
    );
    return FAILED;
  }
  const path = join(cwd, 'config.yaml');
  const isWritten = await writeFirstConfig(path, terminal, env, log);
  if (isWritten) log.info(`${path} is written. To start: ${commandLine(machine)}`);
  return isWritten ? OK : FAILED;
}
