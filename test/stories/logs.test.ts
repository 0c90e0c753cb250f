// The log files: every exchange in one, those that failed in the other as well, and no trouble of a disk in a reply.
import { FakeClock } from '../support/fake-clock.ts';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/std/json.ts';
import { cut, failure, json, sse } from '../support/answers.ts';
import { ask, askForStream, passTimeUntil, startHop } from '../support/harness.ts';
import type { Hop } from '../support/harness.ts';
import { chunk, completion, completionStream } from '../support/openai.ts';

const KEY = 'sk-proj-AbCdEfGhIjKlMnOpQrStUvWxYz012345cdef';
const once = { error_handling: { max_retries: 0 } };

/** The lines in a folder, once First Hop has ended. */
async function linesIn(hop: Hop, ...folder: readonly string[]): Promise<readonly JsonObject[]> {
  await hop.clock.advanceUntil(hop.stop());
  const path = join(hop.dataFolder, ...folder);
  const names = (await readdir(path)).filter((name) => name.endsWith('.jsonl'));
  const texts = await Promise.all(names.map((name) => readFile(join(path, name), 'utf8')));
  return texts.flatMap((text) =>
    text
      .trimEnd()
      .split('\n')
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a line is, is what these tests are about
      .map((line) => JSON.parse(line) as JsonObject),
  );
}

const logged = { logging: { enabled: true } };

test('by default only what failed is logged', async () => {
  const hop = await startHop({ answers: [json(completion('Hi')), failure(401, 'Wrong key')] });
  await ask(hop);
  await ask(hop);
  expect(await linesIn(hop, 'logs', 'errors')).toHaveLength(1);
  expect(await readdir(join(hop.dataFolder, 'logs'))).toEqual(['errors']);
});

test('a reply that was saved: one line with the request, the reply and every attempt', async () => {
  const hop = await startHop({ answers: [failure(503, 'Busy'), json(completion('Hi'))], config: logged });
  await ask(hop);
  const lines = await linesIn(hop, 'logs');
  expect(lines).toMatchObject([
    {
      time: expect.stringMatching(/^2026-01-01T00:00:0\d\.\d{3}Z$/),
      model: 'test-model',
      end: { kind: 'delivered' },
      attempts: 2,
      request: { messages: [{ role: 'user', content: 'Hello there' }] },
      reply: { choices: [{ message: { content: 'Hi' } }] },
      tries: [
        {
          why: 'first',
          judgements: [
            {
              outcome: { kind: 'responded', status: 503 },
              verdict: { kind: 'retryable', rule: 'retry_codes', message: 'Busy' },
              decision: { kind: 'retry', delayMs: 1_000 },
            },
          ],
        },
        { why: 'retry' },
      ],
    },
  ]);
  expect(await readdir(join(hop.dataFolder, 'logs'))).toEqual(['requests-2026-01-01-001.jsonl']);
});

test('a stream is logged as the text it was', async () => {
  const hop = await startHop({ answers: [sse(completionStream('Once ', 'upon'))], config: logged });
  await askForStream(hop);
  expect(await linesIn(hop, 'logs')).toMatchObject([{ stream: true, reply: 'Once upon' }]);
});

test('what failed is in the error log as well', async () => {
  const hop = await startHop({
    answers: [failure(401, 'Wrong key'), json(completion('Hi'))],
    config: logged,
  });
  await ask(hop);
  await ask(hop);
  expect(await linesIn(hop, 'logs')).toHaveLength(2);
  expect(await linesIn(hop, 'logs', 'errors')).toMatchObject([
    { end: { kind: 'failed', status: 401 }, rule: 'fail_codes', request: { model: 'test-model' } },
  ]);
});

test('no key is in them, whoever wrote it', async () => {
  const said = `Incorrect API key provided: ${KEY}`;
  const hop = await startHop({
    answers: [failure(401, said)],
    config: { target_proxy: { apikey: KEY }, ...logged, ...once },
  });
  await hop.chat({ note: KEY }, { headers: { authorization: `Bearer ${KEY}`, 'x-api-key': KEY } }).done;
  const text = JSON.stringify([await linesIn(hop, 'logs'), await linesIn(hop, 'logs', 'errors')]);
  expect(text).toContain('Incorrect API key provided');
  expect(text).not.toContain(KEY);
});

test('what is not to be logged is not', async () => {
  const logging = {
    enabled: true,
    include_request_data: false,
    include_response_data: false,
    include_headers: false,
  };
  const hop = await startHop({
    answers: [json(completion('A private reply'))],
    config: { logging: { ...logging, include_timing: false } },
  });
  await hop.chat({}, { headers: { 'x-who': 'me' } }).done;
  const text = JSON.stringify(await linesIn(hop, 'logs'));
  expect(text).toContain('"delivered"');
  expect(text).not.toMatch(/Hello there|A private reply|x-who|elapsedMs|atMs/);
});

test('switched off, nothing is written', async () => {
  const hop = await startHop({
    answers: [failure(401, 'Wrong key')],
    config: { logging: { enabled: false }, error_logging: { enabled: false } },
  });
  await ask(hop);
  await expect(linesIn(hop, 'logs')).rejects.toThrow('ENOENT');
});

test('a folder that can not be written is told once, costs no reply, and is used as soon as it can be', async () => {
  const hop = await startHop({ answers: [json(completion('Hi'))], config: logged });
  const folder = join(hop.dataFolder, 'logs');
  await writeFile(folder, 'a file in its place');
  expect((await ask(hop)).status).toBe(200);
  const told = (): number => hop.logged.filter((line) => line.includes('can not be written')).length;
  await passTimeUntil(hop, () => told() > 0);
  expect((await ask(hop)).status).toBe(200);
  await rm(folder);
  await passTimeUntil(hop, () => hop.logged.some((line) => line.includes('is written again')));
  expect(told()).toBe(1);
  expect(await linesIn(hop, 'logs')).toHaveLength(2);
});

test('the line at the terminal tells the first word and the continuations', async () => {
  const hop = await startHop({
    answers: [sse([chunk('Once upon a time'), cut]), sse(completionStream(' there was.'))],
  });
  await askForStream(hop);
  expect(hop.logged.at(-1)).toMatch(/test-model {2}delivered {2}\(2 attempts, continued once, .*\d s.*\)$/);
});

test('a mistake of First Hop itself is in the error log, with the place where it happened', async () => {
  class Broken extends FakeClock {
    override random(): number {
      throw new Error('no chance at all');
    }
  }
  const hop = await startHop({ answers: [json(completion('Hi'))], clock: new Broken() });
  expect((await ask(hop)).status).toBe(500);
  const [line] = await linesIn(hop, 'logs', 'errors');
  expect(line).toMatchObject({ fault: { message: 'no chance at all' } });
});
