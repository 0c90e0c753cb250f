// Recorded bodies made readable: JSON is indented without being parsed, so that no number changes; chats become a script.
import { isObject, parseJson } from '../../src/std/json.ts';

/** JSON with line breaks and indentation; any other text as it is. */
export function indented(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  let result = '';
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (isInString) {
      result += character;
      if (character === '\\') result += text[(at += 1)] ?? '';
      else if (character === '"') isInString = false;
    } else if (character === '"') {
      result += character;
      isInString = true;
    } else if (character === '{' || character === '[') {
      const empty = /^\s*[\]}]/.exec(text.slice(at + 1, at + 20));
      if (empty === null) result += character + newLine((depth += 1));
      else {
        result += character + (character === '{' ? '}' : ']');
        at += empty[0].length;
      }
    } else if (character === '}' || character === ']') result += newLine((depth -= 1)) + character;
    else if (character === ',') result += character + newLine(depth);
    else if (character === ':') result += ': ';
    else if (!/\s/.test(character)) result += character;
  }
  return result;
}

function newLine(depth: number): string {
  return `\n${'  '.repeat(Math.max(0, depth))}`;
}

/** One message of a chat. */
export interface Message {
  readonly role: string;
  readonly text: string;
}

/** The messages of a chat request; undefined for anything else. */
export function messagesIn(body: string): readonly Message[] | undefined {
  const request = parseJson(body);
  const messages: unknown = isObject(request) ? request['messages'] : undefined;
  if (!Array.isArray(messages)) return undefined;
  return messages.map((message: unknown) => {
    const { role, content } = isObject(message) ? message : {};
    return { role: typeof role === 'string' ? role : '?', text: contentText(content) };
  });
}

/** What a reply says, from a completion or as it is. */
export function replyText(body: string): string {
  const completion = parseJson(body);
  const choices: unknown = isObject(completion) ? completion['choices'] : undefined;
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message = isObject(first) ? first['message'] : undefined;
  const content = isObject(message) ? message['content'] : undefined;
  return typeof content === 'string' ? content : indented(body);
}

/** A request as a script, for comparing: who says what, line by line. */
export function script(body: string): string {
  const messages = messagesIn(body);
  return messages === undefined
    ? indented(body)
    : messages.map(({ role, text }) => `${role}:\n${text}\n`).join('\n');
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content))
    return content === null || content === undefined ? '' : JSON.stringify(content);
  return content
    .map((part: unknown) => {
      const { text, type } = isObject(part) ? part : {};
      if (typeof text === 'string') return text;
      return `[${typeof type === 'string' ? type : 'part'}]`;
    })
    .join('\n');
}
