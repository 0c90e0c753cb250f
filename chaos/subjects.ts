// Who goes through the storm: nobody in between, First Hop as it is built, and another gateway. Each is set up to
// do its best: short limits, and every retry it offers.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startChild } from '../bench/children.ts';
import { installedPortkey, NODE_SERVER_VERSION, PORTKEY_VERSION } from './portkey.ts';
import type { Address } from './storm.ts';

export const subjectNames = ['direct', 'first-hop', 'portkey'] as const;
export type SubjectName = (typeof subjectNames)[number];

/** A subject that takes requests. */
export interface Subject extends Address {
  readonly name: SubjectName;
  /** What it is and how it is set up. */
  readonly about: string;
  /** Its process; our own where there is nobody in between. */
  readonly pid: number;
  end(): Promise<void>;
}

/** What subjects are started with. */
export interface Surroundings {
  readonly root: string;
  readonly version: string;
  /** A folder of this run, for configuration and logs. */
  readonly folder: string;
  /** The upstream's origin. */
  readonly upstream: string;
}

const PATH = '/v1/chat/completions';
const KEY = { authorization: 'Bearer sk-chaos-0000000000000000' };

const starters: Readonly<Record<SubjectName, (surroundings: Surroundings) => Promise<Subject>>> = {
  direct: ({ upstream }) =>
    Promise.resolve({
      name: 'direct',
      about: 'the client at the upstream itself',
      url: upstream,
      path: `/direct${PATH}`,
      headers: KEY,
      pid: process.pid,
      end: () => Promise.resolve(),
    }),
  'first-hop': startFirstHop,
  portkey: startPortkey,
};

/** Starts a subject. Rejects with the reason when it does not start. */
export function startSubject(name: SubjectName, surroundings: Surroundings): Promise<Subject> {
  return starters[name](surroundings);
}

/** Waits that fit a storm; what is not named here stays as it is by default. */
const configOf = (upstream: string): string => `target_proxy:
  url: ${upstream}/first-hop/v1
  timeout: { connect: 2, first_byte: 1, first_content: 2, idle: 1, total: 20 }
error_handling:
  base_delay: 0.02
  max_delay: 2
`;

async function startFirstHop({ root, version, folder, upstream }: Surroundings): Promise<Subject> {
  const home = mkdtempSync(join(folder, 'first-hop-'));
  const config = join(home, 'config.yaml');
  writeFileSync(config, configOf(upstream));
  const main = join(root, 'dist', 'main.js');
  const command = [process.execPath, main, 'start', '--config', config, '--port', '0'];
  const child = await startChild('First Hop', command, home, undefined);
  return {
    name: 'first-hop',
    about: `First Hop ${version}, timeouts of 1 to 2 s, base_delay 0.02, max_delay 2, the rest by default`,
    url: `http://127.0.0.1:${child.port}`,
    path: PATH,
    headers: KEY,
    pid: child.pid,
    end: () => child.end(),
  };
}

async function startPortkey({ folder, upstream }: Surroundings): Promise<Subject> {
  const program = installedPortkey();
  const home = mkdtempSync(join(folder, 'portkey-'));
  const command = [process.execPath, program, `--port=${await freePort()}`, '--headless'];
  const child = await startChild('Portkey', command, home, undefined);
  const config = {
    provider: 'openai',
    custom_host: `${upstream}/portkey/v1`,
    request_timeout: 1_000,
    retry: {
      attempts: 5,
      on_status_codes: [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529],
      use_retry_after_header: true,
    },
  };
  return {
    name: 'portkey',
    about: `@portkey-ai/gateway ${PORTKEY_VERSION} with @hono/node-server ${NODE_SERVER_VERSION}; request_timeout 1 s, 5 retries on ${config.retry.on_status_codes.join(' ')}`,
    url: `http://127.0.0.1:${child.port}`,
    path: PATH,
    headers: { ...KEY, 'x-portkey-config': JSON.stringify(config) },
    pid: child.pid,
    end: () => child.end(),
  };
}

/** The gateway does not choose a port by itself. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
