import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestMachine } from '../test/support/test-machine.ts';
import { runCli } from './cli.ts';

let machine: TestMachine;
beforeEach(() => {
  machine = new TestMachine();
});
afterEach(() => machine.remove());

const ready = (): Promise<string> => machine.ready();
const whileRunning = (...how: Parameters<TestMachine['whileRunning']>): Promise<number> =>
  machine.whileRunning(...how);

const chat = (address: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${address}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo', stream: true, messages: [{ role: 'user', content: 'Hi' }] }),
    signal: signal ?? null,
  });

describe('help and mistakes', () => {
  it('explains its commands, and the options of the command that needs no name', async () => {
    expect(await runCli(['--help'], machine)).toBe(0);
    for (const word of ['check [file]', 'init', '--config <file>', '--host', '--port', '--demo']) {
      expect(machine.said).toContain(word);
    }
  });

  it.each([
    ['a word that is no command', ['strat'], /there is no command "strat"; see first-hop --help/],
    ['a misspelled option', ['--prot', '1'], /unknown option '--prot'\n\(Did you mean --port\?\)/],
    ['a port in words', ['--port', 'http'], /A port is a whole number from 0 to 65535/],
    ['a port beyond the last', ['--port', '65536'], /A port is a whole number from 0 to 65535/],
    ['an option without its value', ['--config'], /argument missing/],
  ])('refuses %s', async (_what, args, words) => {
    expect(await runCli(args, machine)).toBe(1);
    expect(machine.said).toMatch(words);
  });

  it('does not hide a fault of its own', async () => {
    machine.write('config.yaml', 'server: {port: 0}');
    machine.log.info = () => {
      throw new Error('our fault');
    };
    await expect(runCli(['check'], machine)).rejects.toThrow('our fault');
  });
});

describe('start', () => {
  it('serves the demo when there is no configuration, and says how to meet it', async () => {
    machine.env = { npm_lifecycle_event: 'start' };
    const code = await whileRunning(['--port', '0'], async (address) => {
      const reply = await chat(address);
      expect(await reply.text()).toMatch(/"Hello! "[^]*data: \[DONE\]\n\n$/);
    });
    expect(code).toBe(0);
    expect(machine.said).toContain('the built-in demo (no target_proxy.url is configured)');
    expect(machine.said).toContain('none; to use your own provider: npm start -- init');
    expect(machine.said).toMatch(/Custom Endpoint +http:\/\/127\.0\.0\.1:\d+\/v1/);
  });

  it('uses the configuration, says its warnings first, and shows no secrets', async () => {
    const key = 'sk-abcdefghijklmnopqrst';
    machine.write(
      'my.yaml',
      `target_proxy: {url: "http://127.0.0.1:1/v1?key=${key}"}\nserver: {port: 0}\nodd: 1\n`,
    );
    expect(await whileRunning(['start', '--config', 'my.yaml'])).toBe(0);
    expect(machine.lines[0]).toMatch(/^! .*my\.yaml:3:1 \(warning\) odd/);
    expect(machine.lines[1]).toMatch(/^First Hop 1\.2\.3 is ready/);
    expect(machine.said).toContain(join(machine.cwd, 'my.yaml'));
    expect(machine.said).not.toContain(key);
  });

  it('lets the demo play the provider on request, whatever is configured', async () => {
    machine.write('config.yaml', 'target_proxy: {url: "http://127.0.0.1:1"}\nserver: {port: 1}');
    await whileRunning(['--demo', '--host', 'localhost', '--port', '0'], async (address) => {
      expect(address).toMatch(/^http:\/\/localhost:\d+\/v1$/);
      expect(await (await fetch(`${address}/models`)).text()).toContain('demo-flaky');
    });
    expect(machine.said).toContain('the built-in demo (--demo)');
  });

  it.each([
    ['a named file that is not there', ['--config', 'gone.yaml'], {}, /named by --config, does not exist/],
    [
      'a file with errors',
      ['--config', 'bad.yaml'],
      {},
      /server\.port[^]*error_handling\.max[^]*not started/,
    ],
    ['a variable that makes no sense', [], { SERVER_PORT: 'x' }, /SERVER_PORT[^]*not started/],
  ])('does not start with %s', async (_what, args, env, words) => {
    machine.env = env;
    machine.write('bad.yaml', 'server: {port: x}\nerror_handling: {max_retries: y}');
    expect(await runCli(args, machine)).toBe(1);
    expect(machine.said).toMatch(words);
    expect(machine.said).not.toContain('is ready');
  });

  it('says in words that its port is taken, and by whom perhaps', async () => {
    await whileRunning(['--port', '0'], async (address) => {
      const { port } = new URL(address);
      expect(await runCli(['--port', port], machine)).toBe(1);
      expect(machine.lines.at(-1)).toContain(`! Port ${port} is already in use. Perhaps another First Hop`);
    });
  });
});

describe('a request to end', () => {
  it('lets a reply that is under way finish', async () => {
    machine.clock.holdSleeps = true;
    const exit = runCli(['--port', '0'], machine);
    const reply = chat(await ready());
    await machine.clock.whenWaiting(300);
    machine.interrupt();
    machine.clock.holdSleeps = false;
    await machine.clock.advance(300);
    expect(await (await reply).text()).toContain('config.yaml.');
    expect(await exit).toBe(0);
    expect(machine.said).toContain('Stopping: replies under way get 30 s to finish.');
  });

  it('ends at once on the second, but not on its echo', async () => {
    machine.clock.holdSleeps = true;
    const caller = new AbortController();
    const exit = runCli(['--port', '0'], machine);
    const reply = chat(await ready(), caller.signal).catch(() => 'given up');
    await machine.clock.whenWaiting(300);
    let code: number | undefined;
    void exit.then((value) => {
      code = value;
    });
    machine.interrupt();
    machine.interrupt();
    await machine.clock.advance(0);
    expect(code).toBeUndefined();
    await machine.clock.advance(500);
    expect(code).toBeUndefined();
    machine.interrupt();
    expect(await exit).toBe(130);
    caller.abort();
    await reply;
  });
});

describe('check', () => {
  it('finds nothing wrong with a valid file', async () => {
    const file = machine.write('mine.yaml', 'server: {port: 1234}\nodd: 1');
    expect(await runCli(['check', 'mine.yaml'], machine)).toBe(0);
    expect(machine.lines).toEqual([expect.stringMatching(/^! .*odd/), `${file} is valid.`]);
  });

  it('checks the file that start would use', async () => {
    mkdirSync(join(machine.cwd, 'home', '.config', 'first-hop'), { recursive: true });
    machine.write('home/.config/first-hop/config.yaml', 'server: {port: x}');
    expect(await runCli(['check'], machine)).toBe(1);
    expect(machine.said).toMatch(/^! .*config\.yaml:1:16 server\.port: "x" is not/);
  });

  it.each([
    ['no file anywhere', {}, [], /no configuration to check: neither .* nor .* exists/],
    [
      'a variable that names no file',
      { FIRST_HOP_CONFIG: 'gone.yaml' },
      [],
      /FIRST_HOP_CONFIG, does not exist/,
    ],
    ['a file that is not there', {}, ['gone.yaml'], /gone\.yaml: this file does not exist/],
  ])('fails with %s', async (_what, env, args, words) => {
    machine.env = env;
    expect(await runCli(['check', ...args], machine)).toBe(1);
    expect(machine.said).toMatch(words);
  });
});

describe('init', () => {
  /** Runs init with these answers; `undefined` ends the input, as Ctrl+D does. */
  async function answering(...answers: readonly (string | undefined)[]): Promise<number> {
    const input = new PassThrough();
    const output = new PassThrough();
    const left = [...answers];
    // Each question is one piece of output that ends in a space.
    output.on('data', (bytes: Buffer) => {
      if (!bytes.toString().endsWith(' ')) return;
      const answer = left.shift();
      if (answer === undefined) input.end();
      else input.write(`${answer}\n`);
    });
    machine.terminal = { input, output };
    return runCli(['init'], machine);
  }

  const config = (): string => readFileSync(join(machine.cwd, 'config.yaml'), 'utf8');
  // Windows keeps other kinds of permissions.
  const mode = (): number =>
    process.platform === 'win32' ? 0o600 : statSync(join(machine.cwd, 'config.yaml')).mode & 0o777;

  it('writes what was answered, readable by its owner only', async () => {
    expect(await answering(' https://api.example.com/v1 ', 'sk-"quoted"')).toBe(0);
    expect(config()).toContain('  url: "https://api.example.com/v1"\n  apikey: "sk-\\"quoted\\""\n');
    expect(machine.said).toBe(`${join(machine.cwd, 'config.yaml')} is written. To start: first-hop`);
    expect(mode()).toBe(0o600);
    expect(await runCli(['check'], machine)).toBe(0);
  });

  it('writes no key when none was given', async () => {
    machine.env = { npm_lifecycle_event: 'start' };
    expect(await answering('https://api.example.com/v1', '')).toBe(0);
    expect(config()).not.toContain('apikey');
    expect(machine.said).toMatch(/To start: npm start$/);
  });

  it.each([
    ['no', 'n'],
    ['nothing', ''],
    ['the end of the input', undefined],
  ])('keeps a file that exists when the answer is %s', async (_what, answer) => {
    machine.write('config.yaml', 'precious');
    expect(await answering(answer)).toBe(1);
    expect(config()).toBe('precious');
    expect(machine.said).toBe('Nothing was changed.');
  });

  it('replaces a file that exists when told to', async () => {
    machine.write('config.yaml', 'old');
    expect(await answering('y', 'https://api.example.com', 'secret-key')).toBe(0);
    expect(config()).toContain('https://api.example.com');
    expect(mode()).toBe(0o600);
  });

  it.each([
    ['no address', [''], /^Nothing was written\.$/],
    ['an input that ends before the address', [undefined], /^Nothing was written\.$/],
    ['an input that ends before the key', ['https://example.com', undefined], /^Nothing was written\.$/],
    [
      'an address that is none',
      ['a.example.com', ''],
      /did you mean https:[^]*Nothing was written\. Correct/,
    ],
  ])('writes nothing with %s', async (_what, answers, words) => {
    expect(await answering(...answers)).toBe(1);
    expect(machine.said).toMatch(words);
    expect(config).toThrow('ENOENT');
  });
});
