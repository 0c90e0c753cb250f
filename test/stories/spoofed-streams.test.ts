// Errors that a reverse proxy streams in the form of a reply.
import { describe, expect, test } from 'vitest';
import { sse } from '../support/answers.ts';
import { errorIn } from '../support/expectations.ts';
import { askForStream, startHop } from '../support/harness.ts';
import { completionStream } from '../support/openai.ts';

describe('a reverse proxy’s error in the form of a reply, told by its header alone', () => {
  const title = 'Proxy error (HTTP 429 Too Many Requests)';
  const pieces = [
    `### **${title}**`,
    '\n\n```\n{"proxy_note": "The requested model is overloaded."}',
    '\n```\n\n<!-- oai-proxy-error -->',
  ];
  const headers = { 'x-oai-proxy-error': title, 'x-oai-proxy-error-status': '429' };

  test('is an error though it streams in pieces: asked for again, then told in words', async () => {
    const hop = await startHop({
      answers: [sse(completionStream(...pieces), { headers })],
      config: { error_handling: { max_retries: 1 } },
    });
    const error = errorIn(await askForStream(hop));
    expect(error.message).toContain('The requested model is overloaded');
    expect(hop.upstream.requests).toHaveLength(2);
  });

  test('the same text without the header is a reply, to the byte', async () => {
    const frames = completionStream(...pieces);
    const hop = await startHop({ answers: [sse(frames)] });
    expect((await askForStream(hop)).text).toBe(frames.join(''));
  });
});
