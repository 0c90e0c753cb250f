import { describe, expect, it } from 'vitest';
import { judged, reply, responded, rulesOf } from '../../test/support/outcomes.ts';

describe('answers that are no replies', () => {
  it('that a reverse proxy has dressed as replies are known by its header, and name their status there', () => {
    const said = reply({
      content: '### **Proxy queue error**\n\nThe queue is full.\n\n<!-- oai-proxy-error -->',
    });
    const headers = ['x-oai-proxy-error', 'Proxy queue error', 'x-oai-proxy-error-status', '429'];
    expect(judged(responded(200, said, headers))).toMatchObject({
      kind: 'retryable',
      reason: 'rate-limited',
      status: 429,
      message: 'Proxy queue error',
      cost: 'not-billed',
    });
    expect(judged(responded(200, said))).toEqual({ kind: 'good', ended: true });
    const rules = rulesOf({ hard_stop_conditions: { rules: [{ pattern: 'queue error' }] } });
    expect(judged(responded(200, said, headers), rules)).toHaveProperty('hardStop.originalResponse', said);
  });

  it.each([
    [reply({ content: '' }, 'stop'), '', 'maybe', 'the usual end explains nothing'],
    [reply({ content: '' }, 'STOP'), '', 'maybe', "nor does Google's"],
    [reply({ content: '' }, 'OTHER'), 'finish_reason: OTHER', 'maybe', 'an unusual one is told'],
    [reply({ content: '' }, 'full stop'), 'finish_reason: full stop', 'maybe', 'and not taken for the usual'],
    [reply({ content: '' }, 'stopped'), 'finish_reason: stopped', 'maybe', 'nor this'],
    [
      reply({ content: '' }, 'Length'),
      'finish_reason: Length',
      'billed',
      'the limit: all of it was paid for',
    ],
    [reply({ content: '' }, 'length_x'), 'finish_reason: length_x', 'maybe', 'no limit'],
    [reply({ content: '' }, 'at_length'), 'finish_reason: at_length', 'maybe', 'no limit either'],
  ])('that are empty say how they ended (row %#)', (body, message, cost) => {
    expect(judged(responded(200, body))).toMatchObject({ message, cost });
  });

  it.each([
    [200, 'good', 'the first success'],
    [299, 'good', 'the last success'],
    [199, 'final', 'no success yet'],
  ])('a reply with status %i is %s: %s', (status, kind) => {
    expect(judged(responded(status, reply({ content: 'Hello' }))).kind).toBe(kind);
  });

  it('a location is only named by a redirect, and not at any length', () => {
    const headers = ['Location', `https://b.example/${'x'.repeat(2_000)}`];
    const redirected = judged(responded(308, '', headers));
    expect(redirected).toMatchObject({
      message: expect.stringMatching(/^redirects to https:\/\/b\.example\/x+$/),
    });
    expect('message' in redirected && redirected.message.length).toBeLessThan(600);
    expect(judged(responded(503, 'busy', headers))).toMatchObject({ message: 'busy' });
  });

  it('what several paths of the user’s find is told in one message', () => {
    const rules = rulesOf(
      {},
      {
        json_extraction: { paths: ['choices[0].message.content', 'note'] },
        status_recategorization: { rules: [{ pattern: 'busy', new_status: 503 }] },
      },
    );
    const body = { ...reply({ content: 'busy' }), note: 'come back' };
    expect(judged(responded(200, body), rules)).toMatchObject({ status: 503, message: 'busy - come back' });
  });
});
