// What the command line and the environment say, while the configuration file changes.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestMachine } from '../support/test-machine.ts';

let machine: TestMachine;
beforeEach(() => {
  machine = new TestMachine();
});
afterEach(() => machine.remove());

/** Lets the fake time pass until the line is there. */
async function untilSaid(words: string): Promise<void> {
  while (!machine.said.includes(words)) await machine.clock.advance(50);
}
const demoModels = async (address: string): Promise<boolean> =>
  (await (await fetch(`${address}/models`)).text()).includes('demo-flaky');

test('a changed file is used while it runs; the demo stands in as long as no upstream is named', async () => {
  machine.write('config.yaml', 'error_handling: {max_retries: 1}');
  await machine.whileRunning(['--port', '0'], async (address) => {
    expect(await demoModels(address)).toBe(true);
    machine.write('config.yaml', 'target_proxy: {url: "http://127.0.0.1:1"}\nserver: {port: 2}');
    await untilSaid('configuration reloaded: target_proxy.url, error_handling.max_retries');
    expect(await demoModels(address)).toBe(false);
    machine.write('config.yaml', 'server: {port: 2}');
    while (!(await demoModels(address))) await machine.clock.advance(50);
  });
  // What the command line says has won each time.
  expect(machine.said).not.toContain('restart');
});

test('--demo wins over every change, and over the upstream of a profile', async () => {
  machine.write('config.yaml', 'target_proxy: {url: "http://127.0.0.1:1"}');
  machine.write('config-night.yaml', 'target_proxy: {url: "http://127.0.0.1:1"}');
  await machine.whileRunning(['--demo', '--port', '0'], async (address) => {
    machine.write('config.yaml', 'target_proxy: {url: "http://127.0.0.1:2/v1"}');
    await untilSaid('configuration reloaded: nothing in it has changed');
    expect(await demoModels(address)).toBe(true);
    expect(await demoModels(address.replace('/v1', '/night'))).toBe(true);
  });
});

test('the variables that override the file win over each change; a profile is not overridden, so that its key stays at its upstream', async () => {
  const key = 'sk-abcdefghijklmnopqrst';
  machine.env = { TARGET_PROXY_URL: 'http://127.0.0.1:1', NIGHT_KEY: key, ERROR_MAX_RETRIES: '0' };
  machine.write('config.yaml', '');
  machine.write('config-night.yaml', 'target_proxy: {apikey: "${NIGHT_KEY}"}');
  await machine.whileRunning(['--port', '0'], async (address) => {
    expect(await demoModels(address.replace('/v1', '/night'))).toBe(true);
    machine.write('config.yaml', 'error_handling: {max_retries: 5, base_delay: 2}');
    await untilSaid('configuration reloaded: error_handling.base_delay');
    expect(await demoModels(address)).toBe(false);
  });
  expect(machine.said).not.toContain(key);
});
