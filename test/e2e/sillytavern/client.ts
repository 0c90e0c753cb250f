// SillyTavern's own backend API, used as its page uses it: the requests that end up at First Hop. The page itself
// is page.ts.
import { createParser } from 'eventsource-parser';
import { z } from 'zod';

const Greeting = z.object({ token: z.string() });

const Words = z.object({ content: z.string().nullish() });
const Completion = z.object({
  choices: z.array(z.object({ delta: Words.optional(), message: Words.optional() })).default([]),
});

/** What a chat request may say besides the message. */
export interface ChatOptions {
  readonly stream: boolean;
  readonly signal?: AbortSignal;
}

/** A SillyTavern whose source is "Custom (OpenAI-compatible)" at one address. */
export interface Backend {
  /** Stores the key of the custom source, as "Custom API Key" on the page does. */
  readonly writeKey: (key: string) => Promise<void>;
  /** "Connect": what the page gets to know about the endpoint's models. */
  readonly connect: () => Promise<unknown>;
  /** One message of the user. Resolves when SillyTavern's answer begins. */
  readonly chat: (message: string, options: ChatOptions) => Promise<Response>;
}

/** @param customUrl what the user types as "Custom Endpoint (Base URL)" */
export async function openBackend(sillyTavernUrl: string, customUrl: string): Promise<Backend> {
  const greeting = await fetch(`${sillyTavernUrl}/csrf-token`);
  const { token } = Greeting.parse(await greeting.json());
  const cookie = greeting.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const post = (path: string, body: object, signal: AbortSignal | null = null): Promise<Response> =>
    fetch(sillyTavernUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': token, cookie },
      body: JSON.stringify(body),
      signal,
    });
  const source = { chat_completion_source: 'custom', custom_url: customUrl };
  return {
    writeKey: async (key) => {
      const response = await post('/api/secrets/write', { key: 'api_key_custom', value: key });
      if (!response.ok) throw new Error(`SillyTavern did not store the key: ${response.status}`);
    },
    connect: async () => (await post('/api/backends/chat-completions/status', source)).json(),
    chat: (message, { stream, signal }) =>
      post(
        '/api/backends/chat-completions/generate',
        {
          ...source,
          model: 'test-model',
          stream,
          max_tokens: 300,
          messages: [{ role: 'user', content: message }],
        },
        signal,
      ),
  };
}

/** The text a reply carries, read as SillyTavern's page reads it. */
export async function textOf(response: Response): Promise<string> {
  const body = await response.text();
  if (!body.startsWith('{'))
    return streamEvents(body)
      .map((event) => contentOf(event))
      .join('');
  return contentOf(JSON.parse(body));
}

/** The JSON events of a stream, without its `[DONE]`. */
export function streamEvents(body: string): readonly unknown[] {
  const events: unknown[] = [];
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data !== '[DONE]') events.push(JSON.parse(data));
    },
  });
  parser.feed(body);
  return events;
}

function contentOf(event: unknown): string {
  const choice = Completion.parse(event).choices[0];
  return choice?.delta?.content ?? choice?.message?.content ?? '';
}
