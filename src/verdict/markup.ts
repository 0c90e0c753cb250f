// Error pages as words. Every step is linear in the length of the text, whatever an upstream sends.

/** Longest text shown to people, in characters. */
const SHOWN_CHARS = 2_000;

/** Tags that only occur in pages: `<model>` or `<|end|>` in a plain message are left alone. */
const PAGE_TAG = /<(?:!doctype|html|head|body|title|center|h\d|p|div|span|br)\b/i;

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&nbsp;': ' ',
};

/** A text for people: a page's title, else its words, else the text as it is; white space collapsed. */
export function wordsForPeople(text: string): string {
  const title = PAGE_TAG.test(text) ? /<title[^<>]*>([^<]*)</i.exec(text)?.[1] : undefined;
  return wordsOfPage(title ?? '') || withoutMarkup(text);
}

/** Cuts a text to what people can be expected to read, with an ellipsis where something is left out. */
export function shortened(text: string): string {
  // A cut between the halves of a surrogate pair would leave a broken character.
  return text.length <= SHOWN_CHARS ? text : text.slice(0, SHOWN_CHARS).replace(/[\uD800-\uDBFF]?$/, '…');
}

/** All words of a text, without tags, scripts and styles if it is a page; white space collapsed. */
export function withoutMarkup(text: string): string {
  return PAGE_TAG.test(text) ? wordsOfPage(text) : collapsed(text);
}

/** Every run of white space becomes one space, so that `.` in a pattern reaches over line ends. */
export function collapsed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function wordsOfPage(page: string): string {
  const words = page
    .split(/<(?=\/?(?:script|style)\b)/i)
    .filter((piece, index) => index === 0 || !/^(?:script|style)\b/i.test(piece))
    .join('<')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&(?:amp|lt|gt|quot|apos|nbsp|#39);/g, (entity) => String(ENTITIES[entity]));
  return collapsed(words);
}
