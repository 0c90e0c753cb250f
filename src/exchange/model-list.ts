// The list of models, which SillyTavern asks for before it lets anyone chat: the upstream's, else the last one seen,
// else an empty one. No model is ever invented.
import { Stop } from '../std/abort.ts';
import type { StopSignal } from '../std/abort.ts';
import { isObject, parseJson } from '../std/json.ts';
import type { Clock } from '../std/clock.ts';
import { newTrace } from '../upstream/upstream.ts';
import type { AttemptRequest, Send } from '../upstream/upstream.ts';

/** Whoever waits gets an answer within ten seconds, whatever the upstream does; this leaves room for slow machines. */
const PATIENCE_MS = 8_000;
const DISK_PATIENCE_MS = 1_000;

/** Remembers the last good list of an upstream. Neither call rejects: forgetting is no failure. */
export interface ModelMemory {
  recall(): Promise<Buffer | undefined>;
  remember(list: Buffer): Promise<void>;
}

/** Where the list that is answered comes from. */
export interface ModelList {
  readonly source: 'upstream' | 'memory' | 'none';
  /** JSON in the shape of https://platform.openai.com/docs/api-reference/models/list */
  readonly body: Buffer;
}

const EMPTY_LIST = Buffer.from(JSON.stringify({ object: 'list', data: [] }));

/** Asks once. Undefined when the client left before there was an answer. */
export async function listModels(
  request: AttemptRequest,
  send: Send,
  memory: ModelMemory,
  clock: Clock,
  signal: StopSignal,
): Promise<ModelList | undefined> {
  const patience = new Stop();
  const leave = (): void => patience.abort('client');
  const timer = clock.after(PATIENCE_MS, leave);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  const outcome = await send(request, patience, newTrace());
  signal.removeEventListener('abort', leave);
  timer.cancel();
  if (signal.aborted) return undefined;
  const list = outcome.kind === 'responded' && outcome.status < 300 ? modelsIn(outcome.body) : undefined;
  if (outcome.kind === 'responded' && list !== undefined) {
    // An upstream that starts up may have no models yet; that is nothing to remember.
    if (list.length > 0) await withinPatience(memory.remember(outcome.body), clock);
    return { source: 'upstream', body: outcome.body };
  }
  const remembered = await memory.recall();
  if (remembered !== undefined && modelsIn(remembered) !== undefined)
    return { source: 'memory', body: remembered };
  return { source: 'none', body: EMPTY_LIST };
}

/** Nobody waits long for a disk that does not answer. */
async function withinPatience(work: Promise<void>, clock: Clock): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(DISK_PATIENCE_MS, resolve);
    void work.finally(() => {
      timer.cancel();
      resolve();
    });
  });
}

/** SillyTavern reads `data[].id`; undefined for anything that has no such list. */
function modelsIn(body: Buffer): readonly unknown[] | undefined {
  const list = parseJson(body.toString('utf8').trim());
  return isObject(list) && Array.isArray(list['data']) ? list['data'] : undefined;
}
