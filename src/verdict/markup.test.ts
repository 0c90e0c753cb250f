import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortened, withoutMarkup, wordsForPeople } from './markup.ts';

describe('the words of an error page', () => {
  it.each([
    [
      '<!DOCTYPE html><html><head><title>newcli.com | 524: A timeout occurred</title></head><body><h1>Error</h1></body></html>',
      'newcli.com | 524: A timeout occurred',
      "a page's title says it shortest (Cloudflare)",
    ],
    [
      '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body></html>',
      '502 Bad Gateway',
      'nginx',
    ],
    [
      '<html><title> </title><body><p>Try   later</p></body></html>',
      'Try later',
      'a blank title says nothing',
    ],
    [
      '<body><script>let a = "<p>no</p>";</script><style>p {}</style><p>You&#39;ve been &lt;blocked&gt;</p></body>',
      "You've been <blocked>",
      'scripts and styles are not words; entities are characters',
    ],
    ['script error <br> in line 2', 'script error in line 2', 'a text may begin with the word script'],
    [
      'Unknown token <|end|> or <model>',
      'Unknown token <|end|> or <model>',
      'angle brackets alone make no page',
    ],
    ['  busy,\n\n try later ', 'busy, try later', 'plain text stays, white space collapsed'],
    ['<p', '<p', 'a tag that never ends is kept as text'],
    ['<h1>&quot;A&apos;s&nbsp;B&quot; &amp; C</h1>', '"A\'s B" & C', 'every entity that error pages use'],
    ['<html><title lang="en">Busy</title>', 'Busy', 'a title with attributes'],
    ['', '', 'nothing says nothing'],
  ])('%j reads %j: %s', (text, words) => {
    expect(wordsForPeople(text)).toBe(words);
  });

  it('keeps every word for patterns, not the title only', () => {
    const page = '<html><title>t.example | 522</title><body>Error <span>code 522</span></body></html>';
    expect(withoutMarkup(page)).toBe('t.example | 522 Error code 522');
  });
});

describe('a text cut to a readable length', () => {
  it.each([
    ['a'.repeat(2_000), 'a'.repeat(2_000), 'what fits is left as it is'],
    ['a'.repeat(2_001), `${'a'.repeat(2_000)}…`, 'what does not ends in an ellipsis'],
    [`${'a'.repeat(1_999)}😀b`, `${'a'.repeat(1_999)}…`, 'no character is cut in half'],
  ])('row %#', (text, cut) => {
    expect(shortened(text)).toBe(cut);
  });
});

describe('time', () => {
  it.each(['<script>', '<title', '<title>', '<', '<p', '</script', '&lt;', '<!doctype', ' ', '<style><'])(
    'grows with the length of the text only: %j repeated',
    (piece) => {
      const text = `<p>${piece.repeat(Math.ceil(400_000 / piece.length))}`;
      const begun = process.cpuUsage();
      wordsForPeople(text);
      withoutMarkup(text);
      const { user, system } = process.cpuUsage(begun);
      // Linear work takes milliseconds here, anything quadratic minutes.
      expect((user + system) / 1_000).toBeLessThan(2_000);
    },
  );

  it('and any text is read without throwing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(shortened(wordsForPeople(`<p>${text}`)).length).toBeLessThanOrEqual(2_001);
      }),
    );
  });
});
