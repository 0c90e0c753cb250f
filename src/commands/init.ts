// `first-hop init`: asks for the provider and writes the first configuration.
import { join } from 'node:path';
import { writeFirstConfig } from '../config/init.ts';
import { FAILED, OK, commandLine } from './machine.ts';
import type { Machine } from './machine.ts';

/** Asks, writes, and returns the exit code. */
export async function init(machine: Machine): Promise<number> {
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
