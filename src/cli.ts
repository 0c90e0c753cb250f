// The command line: its words and options. What each command does is in commands/; nothing here touches the process.
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { check } from './commands/check.ts';
import { init } from './commands/init.ts';
import { commandLine, OK } from './commands/machine.ts';
import type { Machine } from './commands/machine.ts';
import { exportCommand, replayCommand } from './commands/records.ts';
import { start } from './commands/start.ts';
import type { StartOptions } from './commands/start.ts';
import { tryCommand } from './commands/try.ts';
import type { TryOptions } from './commands/try.ts';

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
  const ended = (code: number): void => {
    exitCode = code;
  };
  const startCommand = addStart(program, machine, ended);
  addConfigurationCommands(program, machine, ended);
  addJournalCommands(program, machine, ended);
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

/** Hears a command's exit code. */
type Ended = (exitCode: number) => void;

function addStart(program: Command, machine: Machine, ended: Ended): Command {
  return (
    program
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
        ended(await start(options, machine));
      })
  );
}

function addConfigurationCommands(program: Command, machine: Machine, ended: Ended): void {
  program
    .command('check')
    .description('say whether a configuration is valid, and where it is not')
    .argument('[file]', 'the configuration; without it, the one that start would use')
    .action(async (file: string | undefined) => {
      ended(await check(file, machine));
    });
  program
    .command('init')
    .description('ask for your provider and write config.yaml')
    .action(async () => {
      ended(await init(machine));
    });
  program
    .command('try')
    .description('show what the text rules of a configuration do to a text, a request or a reply')
    .argument('[file]', 'the text, or JSON of a request or a reply; without it, or as -, standard input')
    .option('--config <file>', 'the configuration with the rules')
    .option('--reply', 'take a text for a reply, not for a message of the user')
    .action(async (file: string | undefined, options: TryOptions) => {
      ended(await tryCommand(file, options, machine));
    });
}

function addJournalCommands(program: Command, machine: Machine, ended: Ended): void {
  program
    .command('replay')
    .description('tell what a configuration would have decided about the exchanges in the journal')
    .option('--config <file>', 'the configuration to judge by')
    .option('--limit <number>', 'how many of the latest exchanges', countFrom, 500)
    .action(async (options: { readonly config?: string; readonly limit: number }) => {
      ended(await replayCommand(options.config, options.limit, machine));
    });
  program
    .command('export')
    .description('write a recorded failure as JSON for a bug report, without anything private')
    .argument('[id]', 'of the exchange, or its beginning; without it, the latest failure')
    .option('--config <file>', 'the configuration that says where the journal is')
    .action(async (id: string | undefined, options: { readonly config?: string }) => {
      ended(await exportCommand(id, options.config, machine));
    });
}

function countFrom(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count > 0) return count;
  throw new InvalidArgumentError('A whole number above 0 is expected.');
}

function portFrom(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535; 0 takes any free one.');
}
