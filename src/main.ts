// The process: hands the real machine to the command line and leaves with its exit code. Imported by nobody.
import { homedir } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { runCli } from './cli.ts';
import { systemClock } from './std/clock.ts';
import { WORKER_FILE } from './rewrite/worker-file.ts';
import { consoleLog } from './std/log.ts';

const exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
  platform: process.platform,
  clock: systemClock,
  log: consoleLog,
  version: packageJson.version,
  rewriteWorker: WORKER_FILE,
  // Beside the bundle that this is part of.
  pageFolder: fileURLToPath(new URL('page', import.meta.url)),
  // Leaves the text as it is where the output is no terminal, or NO_COLOR is set.
  paint: styleText,
  terminal: process.stdin.isTTY ? { input: process.stdin, output: process.stdout } : undefined,
  readInput: () => text(process.stdin),
  onSignal: (callback) => {
    process.on('SIGINT', callback).on('SIGTERM', callback);
  },
});
process.exit(exitCode);
