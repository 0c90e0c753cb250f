// The page as it belongs to a running First Hop: its ports, filled in from the configuration in use and the journal.
import { join } from 'node:path';
import { profileFile, profileNames } from '../config/profiles.ts';
import { hideSecrets } from '../config/secrets.ts';
import type { Environment } from '../config/variables.ts';
import { openDashboard } from '../dashboard/dashboard.ts';
import type { Dashboard } from '../dashboard/dashboard.ts';
import type { Judging, ProfileFiles } from '../dashboard/parts.ts';
import type { UpstreamState } from '../journal/counts.ts';
import type { JournalReader } from '../journal/store.ts';
import { isLoopbackHost, isLoopbackName } from '../server/origin.ts';
import type { Clock } from '../std/clock.ts';
import { versionedFile } from '../storage/config-versions.ts';
import type { RunnableConfig } from './engine.ts';
import { judgingOf, pageConfig } from './page-config.ts';

/** What the page is told about the program it belongs to. */
export interface PageSurroundings {
  readonly clock: Clock;
  /** The bundled rewrite/worker-entry.ts. */
  readonly rewriteWorker: URL;
  readonly version: string;
  /** Where remembered things are kept. */
  readonly dataFolder: string;
  /** Where the built page is. */
  readonly pageFolder: string;
  readonly journal: JournalReader;
  /** The configuration file, or where one will be once it is saved. */
  readonly configFile: string;
  /** Whether profiles' files beside it are used. */
  readonly hasProfiles: boolean;
  readonly env: Environment;
  /** The main configuration in use. */
  readonly config: () => RunnableConfig;
  readonly upstream: () => UpstreamState;
  /** Where First Hop listens, without a path; asked for when it does. */
  readonly url: () => string;
  /** Whether this upstream is the built-in demo. */
  readonly isDemo: (url: string) => boolean;
}

/** Opens the page; it is reached by whoever is let in under the `server.admin_token` of this moment. */
export function openPage(surroundings: PageSurroundings): Dashboard {
  const { clock, version, dataFolder, pageFolder, journal, configFile, env } = surroundings;
  const file = versionedFile(configFile, join(dataFolder, 'config-versions'), clock);
  return openDashboard({
    access: {
      get adminToken() {
        return surroundings.config().server.admin_token;
      },
      isLoopbackHost,
      isLoopbackName,
    },
    clock,
    pageFolder,
    store: journal,
    config: pageConfig(configFile, file, env, surroundings),
    profiles: profileFiles(surroundings),
    judging: latestJudging(surroundings),
    upstream: surroundings.upstream,
    about() {
      const { url } = surroundings.config().target_proxy;
      const isDemo = surroundings.isDemo(url);
      const upstream = isDemo ? 'the built-in demo' : hideSecrets(url);
      return { version, address: `${surroundings.url()}/v1`, isDemo, upstream };
    },
    keyFor(url) {
      const { target_proxy: target } = surroundings.config();
      return originOf(url) === originOf(target.url) ? target.apikey : undefined;
    },
  });
}

/** Each profile's file, with versions of its own. */
function profileFiles(surroundings: PageSurroundings): ProfileFiles {
  const { hasProfiles, configFile, dataFolder, env, clock } = surroundings;
  return {
    names: async () => (hasProfiles ? profileNames(configFile) : []),
    open(name) {
      const path = profileFile(configFile, name);
      const file = versionedFile(path, join(dataFolder, 'config-versions', name), clock);
      return pageConfig(path, file, env, surroundings, 'profile');
    },
  };
}

/** The rules in use, compiled when the page asks first and again when the configuration has changed. */
function latestJudging(surroundings: PageSurroundings): () => Judging {
  let latest: { readonly config: RunnableConfig; readonly judging: Judging } | undefined;
  return () => {
    const current = surroundings.config();
    if (latest?.config !== current) latest = { config: current, judging: judgingOf(current, surroundings) };
    return latest.judging;
  };
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
