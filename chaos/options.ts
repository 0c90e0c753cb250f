// What can be said on the command line of `npm run chaos`.
import { parseArgs } from 'node:util';
import { explained } from '../bench/usage.ts';
import { subjectNames, type SubjectName } from './subjects.ts';

const usage = `usage: npm run chaos -- [--quick] [--seed N] [--requests N] [--after-first-word] [--only plain-17,streamed-4] [--subjects ${subjectNames.join(',')}] [--label TEXT]`;

/** Of each lane. */
const REQUESTS = { default: 400, quick: 50, most: 100_000 } as const;

export interface Options {
  readonly seed: number;
  /** How many of each lane. */
  readonly requests: number;
  readonly afterFirstWord: boolean;
  /** Names of requests, e.g. `plain-17`; empty: all. */
  readonly only: readonly string[];
  readonly subjects: readonly SubjectName[];
  /** A part of a file name. */
  readonly label: string;
}

/** Throws with words, and with what can be said, for options that can not be used. */
export function readOptions(args: readonly string[]): Options {
  return explained(usage, () => parsed(args));
}

function parsed(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      requests: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'after-first-word': { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      subjects: { type: 'string', default: subjectNames.join(',') },
      label: { type: 'string' },
    },
  });
  const requests = values.requests ?? String(values.quick ? REQUESTS.quick : REQUESTS.default);
  const subjects = values.subjects.split(',');
  const unknown = subjects.filter((name) => !subjectNames.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`--subjects ${unknown.join(',')}: there is no such subject`);
  const afterFirstWord = values['after-first-word'];
  const only = values.only.split(',').filter(Boolean);
  const label = [
    'chaos',
    values.quick ? 'quick' : '',
    afterFirstWord ? 'after-first-word' : '',
    only.length > 0 ? 'only' : '',
    values.label ?? '',
  ];
  return {
    seed: wholeNumber('--seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    requests: wholeNumber('--requests', requests, 1, REQUESTS.most),
    afterFirstWord,
    only,
    subjects: subjectNames.filter((name) => subjects.includes(name)),
    label: label
      .filter(Boolean)
      .join('-')
      .replaceAll(/[^\w.-]+/g, '-'),
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new Error(`${option} ${text}: a whole number from ${least} to ${most} is expected`);
}
