// Where the texts of requests and replies stand in their JSON, so that rules can change them and nothing else. Fields:
// https://platform.openai.com/docs/api-reference/chat and the names that other servers have for reasoning.
import { eachValue, isString, skipSpace, skipValue } from '../std/json-walk.ts';

/** Characters [start, end) of one JSON string, its quotes included. */
export interface TextPlace {
  readonly start: number;
  readonly end: number;
}

/** A text of a request; the prompt of a text completion is a text of the user. */
export interface RequestText extends TextPlace {
  readonly role: string;
}

/** What a text of a reply is: what the model says, or what it thinks. */
export type ReplyPart = 'reply' | 'reasoning';

/** A text of a reply. */
export interface ReplyText extends TextPlace {
  readonly part: ReplyPart;
  /** The field it stands in. */
  readonly key: string;
}

/** What one chunk, or a whole reply, says of one choice. */
export interface ChoiceTexts {
  readonly index: number;
  /** Whether it gives the reason why the choice is over. */
  readonly hasFinished: boolean;
  readonly texts: readonly ReplyText[];
}

/** The texts of a request in their order. @param json a request that has been read before, so valid JSON */
export function requestTexts(json: string): readonly RequestText[] {
  const texts: RequestText[] = [];
  eachValue(json, skipSpace(json, 0), (key, at) => {
    if (key === 'messages')
      return eachValue(json, at, (_key, message) => textsOfMessage(json, message, texts));
    const end = skipValue(json, at);
    if (key === 'prompt' && isString(json, at)) texts.push({ role: 'user', start: at, end });
    return end;
  });
  return texts;
}

/**
 * The choices of a reply or chunk in their order.
 * @param json an object that has been read before, so valid JSON from `start` on
 */
export function replyTexts(json: string, start = 0): readonly ChoiceTexts[] {
  const choices: ChoiceTexts[] = [];
  eachValue(json, skipSpace(json, start), (key, at) =>
    key === 'choices'
      ? eachValue(json, at, (_key, choice) => textsOfChoice(json, choice, choices))
      : skipValue(json, at),
  );
  return choices;
}

function textsOfMessage(json: string, start: number, texts: RequestText[]): number {
  const places: TextPlace[] = [];
  let role = '';
  const messageEnd = eachValue(json, start, (key, at) => {
    if (key === 'content') return textsOfContent(json, at, places);
    const end = skipValue(json, at);
    if (key === 'role' && isString(json, at)) role = json.slice(at + 1, end - 1);
    return end;
  });
  for (const place of places) texts.push({ role, ...place });
  return messageEnd;
}

/** A string, or a list of parts of which some are texts. */
function textsOfContent(json: string, start: number, places: TextPlace[]): number {
  if (isString(json, start)) {
    const end = skipValue(json, start);
    places.push({ start, end });
    return end;
  }
  return eachValue(json, start, (_key, part) =>
    eachValue(json, part, (key, at) => {
      const end = skipValue(json, at);
      if (key === 'text' && isString(json, at)) places.push({ start: at, end });
      return end;
    }),
  );
}

/** Some servers give an empty finish_reason in every chunk. */
const EMPTY_STRING_CHARS = 2;
/** Fields in which reasoning is told: DeepSeek and vLLM, OpenRouter and Ollama. */
const REASONING = new Set(['reasoning_content', 'reasoning']);
/** Fields that hold the message: of a whole reply, of a chunk. */
const MESSAGES = new Set(['message', 'delta']);

function textsOfChoice(json: string, start: number, choices: ChoiceTexts[]): number {
  const texts: ReplyText[] = [];
  let index = 0;
  let hasFinished = false;
  const choiceEnd = eachValue(json, start, (key, at) => {
    if (MESSAGES.has(key)) return textsOfReply(json, at, texts);
    const end = skipValue(json, at);
    if (key === 'text' && isString(json, at)) texts.push({ part: 'reply', key, start: at, end });
    else if (key === 'index') index = Number(json.slice(at, end));
    else if (key === 'finish_reason') hasFinished = isString(json, at) && end - at > EMPTY_STRING_CHARS;
    return end;
  });
  choices.push({ index, hasFinished, texts });
  return choiceEnd;
}

function textsOfReply(json: string, start: number, texts: ReplyText[]): number {
  return eachValue(json, start, (key, at) => {
    if (key === 'content') {
      const places: TextPlace[] = [];
      const end = textsOfContent(json, at, places);
      for (const place of places) texts.push({ part: 'reply', key, ...place });
      return end;
    }
    const end = skipValue(json, at);
    if (REASONING.has(key) && isString(json, at)) texts.push({ part: 'reasoning', key, start: at, end });
    return end;
  });
}
