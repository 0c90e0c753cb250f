import { describe, expect, it } from 'vitest';
import { retryPolicy } from '../retry/policy.ts';
import { listenProblem, readinessBlock } from './readiness.ts';
import type { Readiness } from './readiness.ts';

const facts: Readiness = {
  version: '1.2.3',
  url: 'http://127.0.0.1:8765',
  upstream: 'https://openrouter.ai/api/v1',
  configuration: '/home/me/config.yaml',
  policy: retryPolicy({
    max_retries: 10,
    base_delay: 0.5,
    max_delay: 60,
    max_elapsed: 600,
    conditional_retry_max_attempts: 2,
    conditional_retry_delay_multiplier: 0.5,
  }),
  limits: {
    connectMs: 10_000,
    firstByteMs: 120_000,
    firstContentMs: 300_000,
    idleMs: 60_000,
    totalMs: 900_000,
  },
  demo: false,
};

const plain = (_style: string, text: string): string => text;

describe('the readiness block', () => {
  it('tells everything in one readable piece', () => {
    expect(readinessBlock(facts, plain)).toMatchInlineSnapshot(`
      "First Hop 1.2.3 is ready.

        Address          http://127.0.0.1:8765/v1
        Page             http://127.0.0.1:8765/
        Upstream         https://openrouter.ai/api/v1
        Configuration    /home/me/config.yaml
        Retries          up to 10, 0.5 s to 60 s apart
        Patience         10 s to connect, 120 s for the first byte, 300 s for the first word,
                         60 s of silence, 900 s for a whole reply

      In SillyTavern, under API Connections:
        API              Chat Completion
        Source           Custom (OpenAI-compatible)
        Custom Endpoint  http://127.0.0.1:8765/v1

      Stop with Ctrl+C."
    `);
  });

  it('says which models to meet when the demo is behind it', () => {
    expect(readinessBlock({ ...facts, demo: true }, plain)).toContain(
      'Model            demo, then demo-flaky',
    );
  });

  it('says that retries are off', () => {
    const policy = { ...facts.policy, maxRetries: 0 };
    expect(readinessBlock({ ...facts, policy }, plain)).toContain('Retries          off\n');
  });

  it('emphasizes what is to be typed, and only through the paint it is given', () => {
    const block = readinessBlock(facts, (style, text) => `<${style}>${text}</${style}>`);
    expect(block).toContain('Custom Endpoint  <bold>http://127.0.0.1:8765/v1</bold>');
    expect(block).toContain('<green>First Hop 1.2.3 is ready.</green>');
  });
});

describe('why it can not listen', () => {
  const failed = (code: string): Error => Object.assign(new Error(`listen ${code}`), { code });

  it.each([
    ['another program has the port', failed('EADDRINUSE'), 8765, /8765 is already in use.*--port 8766\.$/],
    ['the suggested port is not the one in use', failed('EADDRINUSE'), 8766, /--port 8765\.$/],
    [
      'ports below 1024 need rights on many systems',
      failed('EACCES'),
      80,
      /does not allow port 80.*--port 8765\.$/,
    ],
    ['a name that does not exist', failed('ENOTFOUND'), 8765, /"nowhere" is not an address of this device/],
    ['no name service at hand', failed('EAI_AGAIN'), 8765, /"nowhere" is not an address of this device/],
    [
      'an address of another device',
      failed('EADDRNOTAVAIL'),
      8765,
      /"nowhere" is not an address of this device/,
    ],
    [
      'anything else keeps its own words',
      failed('EMFILE'),
      8765,
      /^First Hop could not start: listen EMFILE$/,
    ],
    ['an error without a code', new Error('odd'), 8765, /^First Hop could not start: odd$/],
    ['not even an error', 'odd', 8765, /^First Hop could not start: odd$/],
  ])('%s', (_why, error, port, words) => {
    expect(listenProblem(error, { host: 'nowhere', port })).toMatch(words);
  });
});
