// Tries an upstream for the first-run page: are there models, and if not, why, in words.
import type { StopSignal } from '../std/abort.ts';
import { isObject, parseJson } from '../std/json.ts';
import { failureReply } from '../reply/words.ts';
import { openUpstream } from '../upstream/connect.ts';
import { targetProxySchema } from '../upstream/options.ts';
import type { Outcome } from '../upstream/outcome.ts';
import { newTrace } from '../upstream/upstream.ts';
import { classify } from '../verdict/classify.ts';
import { ok, textOf } from './api.ts';
import type { ApiRoute } from './api.ts';
import type { DashboardParts } from './parts.ts';
import type { ConnectionAnswer } from './wire.ts';

/** Seconds; somebody is looking at the page. */
const TIMEOUTS = { connect: 8, first_byte: 15, idle: 10, total: 20 };

export function connectionRoutes(parts: DashboardParts): readonly ApiRoute[] {
  return [
    [
      'POST',
      'connection/test',
      async ({ body, signal }) => {
        const url = (textOf(body, 'url') ?? '').trim();
        const typed = textOf(body, 'apikey');
        const apikey = typed === undefined || typed === '' ? parts.keyFor(url) : typed;
        return ok(await tryConnection(url, apikey, parts, signal));
      },
    ],
  ];
}

async function tryConnection(
  url: string,
  apikey: string | undefined,
  { clock, judging }: Pick<DashboardParts, 'clock' | 'judging'>,
  signal: StopSignal,
): Promise<ConnectionAnswer> {
  const options = targetProxySchema.safeParse({
    url,
    timeout: TIMEOUTS,
    ...(apikey !== undefined && { apikey }),
  });
  if (!options.success)
    return failed(
      'This is no address or key: an address begins with http:// or https://, and a key has no line breaks.',
    );
  const upstream = openUpstream({ ...options.data, url }, clock);
  const request = {
    method: 'GET',
    path: upstream.address.pathTo('models', ''),
    headers: upstream.headersFor([]),
    body: undefined,
    reading: 'whole',
  } as const;
  const outcome = await upstream.send(request, signal, newTrace());
  await upstream.close();
  const models = modelsIn(outcome);
  if (models !== undefined) return { kind: 'connected', models };
  const verdict = classify(outcome, judging().rules, clock.wallMs());
  if (verdict.kind === 'retryable' || verdict.kind === 'final') {
    const story = { because: 'final', attempts: 1, elapsedMs: 0, secrets: upstream.secrets } as const;
    return failed(failureReply(verdict, story).message);
  }
  return failed('Something answers there, but not with a list of models. Check the address.');
}

function failed(message: string): ConnectionAnswer {
  return { kind: 'failed', message };
}

/** The ids in a list of models, sorted; undefined for anything else. */
function modelsIn(outcome: Outcome): readonly string[] | undefined {
  if (outcome.kind !== 'responded' || outcome.status >= 300) return undefined;
  const list = parseJson(outcome.body.toString('utf8'));
  if (!isObject(list) || !Array.isArray(list['data'])) return undefined;
  const ids = list['data'].flatMap((model: unknown) => (isObject(model) ? [textOf(model, 'id')] : []));
  return ids.filter((id) => id !== undefined).sort();
}
