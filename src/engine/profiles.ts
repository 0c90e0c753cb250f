// The profiles in use: each a configuration of its own, read when a request first asks for it.
import { basename } from 'node:path';
import { reportProblems, type Problem } from '../config/explain.ts';
import { isListed, profileFile } from '../config/profiles.ts';
import { stampOf } from '../config/watch.ts';
import type { ErrorReply } from '../reply/error-reply.ts';
import type { Lease } from '../server/engines.ts';
import type { SharedParts } from './engine.ts';
import { briefly, LiveConfig } from './live.ts';
import type { LiveState, Reading } from './live.ts';

/** Where profiles come from. */
export interface ProfileSource {
  /** The main configuration file, beside which those of the profiles stand. */
  readonly mainFile: string;
  read(file: string): Promise<Reading>;
}

export interface Profiles {
  /** The profile for one request, or why there is none: a file that is missing or wrong is looked at anew each time. */
  readonly lend: (name: string) => Promise<Lease | ErrorReply>;
  /** How those in use are doing, by name. */
  state(): Readonly<Record<string, LiveState>>;
  close(): Promise<void>;
}

/** @param source undefined when there is no configuration file, and so no profile */
export function openProfiles(source: ProfileSource | undefined, shared: SharedParts): Profiles {
  const { log } = shared;
  const inUse = new Map<string, LiveConfig>();
  const opening = new Map<string, Promise<LiveConfig | ErrorReply>>();
  /** What broken files looked like when their problems were told. */
  const told = new Map<string, string>();

  const open = async (name: string): Promise<LiveConfig | ErrorReply> => {
    if (source === undefined) return unknownProfile(name, 'First Hop runs without a configuration file');
    const path = profileFile(source.mainFile, name);
    if (!(await isListed(path)))
      return unknownProfile(name, `there is no file ${basename(path)} beside the configuration in use`);
    const asOf = await stampOf(path);
    const reading = await source.read(path);
    if (told.get(name) !== asOf.text) reportProblems(reading.problems, log);
    told.set(name, asOf.text);
    if (reading.kind === 'invalid') return brokenProfile(name, reading.problems);
    const live = new LiveConfig(reading.config, name, shared);
    const gone = (): void => {
      inUse.delete(name);
      live.retire();
    };
    live.follow({ path, asOf, read: () => source.read(path), gone });
    inUse.set(name, live);
    log.info(`profile "${name}" is in use: ${path}`);
    return live;
  };
  /** Requests that come at once share one reading. */
  const openOnce = (name: string): Promise<LiveConfig | ErrorReply> => {
    const begun = opening.get(name) ?? open(name).finally(() => opening.delete(name));
    opening.set(name, begun);
    return begun;
  };
  return {
    async lend(name) {
      const found = inUse.get(name) ?? (await openOnce(name));
      return found instanceof LiveConfig ? found.lend() : found;
    },
    state: () => Object.fromEntries([...inUse].map(([name, live]) => [name, live.state()])),
    async close() {
      await Promise.allSettled(opening.values());
      await Promise.all([...inUse.values()].map((live) => live.close()));
    },
  };
}

function unknownProfile(name: string, because: string): ErrorReply {
  const message = `There is no profile "${name}": ${because}.`;
  return { status: 404, type: 'not_found_error', code: 'unknown_profile', message };
}

function brokenProfile(name: string, problems: readonly Problem[]): ErrorReply {
  const [first, ...more] = problems.filter(({ severity }) => severity === 'error').map(briefly);
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  const message = `The profile "${name}" can not be used: ${first}${others}. Correct the file, then send again.`;
  return { status: 503, type: 'unavailable_error', code: 'broken_profile', message };
}
