// Keys: whoever brings them or repeats them, none is in an entry.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failedEnd, failureVerdict } from '../../test/support/journal-events.ts';
import { recording } from '../../test/support/journal-recording.ts';
import { ended, responded } from '../../test/support/outcomes.ts';

describe('secrets', () => {
  const KEY = 'correct-horse-battery';

  it('of the client, the configuration and the body are in no part of an entry, whoever repeats them', async () => {
    const inBody = 'hunter2 and "more"';
    const said = `Incorrect key ${KEY}, ${inBody}; https://x.example/?key=${KEY}`;
    const failure = failureVerdict({
      message: said,
      kind: 'final',
      hardStop: { pattern: 'p', description: 'd', originalResponse: { [KEY]: said } },
    });
    const entry = await recording().record({
      received: Buffer.from(
        JSON.stringify({ model: KEY, proxy_password: inBody, messages: [{ content: said }] }),
      ),
      model: KEY,
      headers: ['Authorization', `Bearer ${KEY}`, 'X-Other', KEY],
      secrets: [KEY],
      attempts: [
        {
          why: 'first',
          judgements: [
            {
              outcome: responded(401, { error: { message: said } }, ['www-authenticate', KEY, 'x', said]),
              verdict: failure,
            },
          ],
        },
        {
          why: 'retry',
          judgements: [
            { outcome: ended({ how: 'error-frame', error: { message: said } }), verdict: failure },
          ],
        },
        {
          why: 'retry',
          judgements: [{ outcome: ended({ how: 'cut', said, cause: new Error(said) }), verdict: failure }],
        },
        {
          why: 'retry',
          judgements: [{ outcome: { kind: 'broken', cause: new Error(said) }, verdict: failure }],
        },
      ],
      end: failedEnd(said),
      told: { bytes: 1, received: said, sent: Buffer.from(said) },
    });
    const everything = JSON.stringify(entry);
    expect(everything).not.toContain(KEY);
    expect(everything).not.toContain('hunter2');
    expect(everything).toContain('Incorrect key');
    expect(entry?.model).toBe('…tery');
    expect(JSON.parse(entry?.request?.received ?? '')).toMatchObject({ proxy_password: '…' });
  });

  it('never come out, wherever they are planted', async () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const key = fc.stringMatching(/^[A-Za-z0-9_-]{15,40}[0-9]$/).map((rest) => `Zz9${rest}`);
    const shaped = fc.stringMatching(/^[A-Za-z0-9]{20,40}$/).map((rest) => `sk-${rest}`);
    const secretName = fc.constantFrom(
      'password',
      'proxy_password',
      'token',
      'authorization',
      'api_key',
      'apiKey',
      'api_key_openai',
      'reverse_proxy_password',
      'client_secret',
      'secret',
    );
    const header = fc.constantFrom(
      'authorization',
      'x-api-key',
      'api-key',
      'cookie',
      'x-goog-api-key',
      'x-custom',
    );
    const nested = (depth: number, value: unknown): unknown =>
      depth === 0 ? value : { a: [nested(depth - 1, value)] };
    await fc.assert(
      fc.asyncProperty(
        ...([word, key, shaped, key, secretName, header, fc.nat({ max: 3 }), fc.boolean()] as const),
        async (text, inField, inText, inHeader, name, headerName, depth, isInner) => {
          const fields = nested(depth, { [name]: inField, [text]: text });
          const content = isInner ? JSON.stringify(fields) : text;
          const body = JSON.stringify({
            ...(isInner ? {} : { fields }),
            messages: [{ content: `${content}\n${inText} ${text}` }],
          });
          const said = `${text} ${inField} ${inText} ${inHeader} https://u:${inHeader}@x.example/v1?a=1&${name}=${inField}`;
          const entry = await recording().record({
            received: Buffer.from(body),
            headers: [headerName, `Bearer ${inHeader}`],
            secrets: [inHeader],
            attempts: [
              {
                why: 'first',
                judgements: [
                  {
                    outcome: responded(400, { error: { message: said } }),
                    verdict: failureVerdict({ message: said }),
                  },
                ],
              },
            ],
            end: failedEnd(said),
          });
          const everything = JSON.stringify(entry);
          for (const secret of [inField, inText, inHeader]) expect(everything).not.toContain(secret);
          expect(JSON.parse(entry?.request?.received ?? 'broken')).toHaveProperty('messages');
        },
      ),
    );
  });
});
