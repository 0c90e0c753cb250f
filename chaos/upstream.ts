// The misbehaving upstream: plays each request's plan, attempt by attempt, for each subject apart, and counts.
import { json, type Answer } from '../test/support/answers.ts';
import { startUpstream, type ReceivedRequest } from '../test/support/scripted-upstream.ts';
import { nameOf, type Plan } from './plan.ts';
import type { Lane } from './lane.ts';

export interface StormUpstream {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** How many attempts of a request came from a subject. */
  attempts(subject: string, plan: Plan): number;
  close(): Promise<void>;
}

/** The user's message: it tells the upstream which plan to play. */
export function promptOf(plan: Plan): string {
  return `Chaos request ${nameOf(plan)}: please reply.`;
}

/**
 * Starts it on a free port. A subject's address is `url/SUBJECT/v1`, so that each meets a plan from its beginning.
 * @param planOf the plan of that name, as `nameOf` gives it
 * @param trueReply how the true reply is sent
 */
export async function startStormUpstream(
  planOf: (name: string) => Plan | undefined,
  trueReply: (lane: Lane, text: string) => Answer,
): Promise<StormUpstream> {
  const attempts = new Map<string, number>();
  const answerTo = ({ path, body }: ReceivedRequest): Answer => {
    const subject = path.split('/')[1] ?? '';
    const name = /Chaos request ([a-z]+-\d+):/.exec(body.toString('utf8'))?.[1] ?? '';
    const plan = planOf(name);
    if (plan === undefined) return json({ error: { message: 'No such request.' } }, { status: 404 });
    const attempt = (attempts.get(`${subject} ${name}`) ?? 0) + 1;
    attempts.set(`${subject} ${name}`, attempt);
    return plan.failures[attempt - 1]?.answer(plan.text) ?? trueReply(plan.lane, plan.text);
  };
  const server = await startUpstream(answerTo);
  return {
    url: server.url,
    close: () => server.close(),
    attempts: (subject, plan) => attempts.get(`${subject} ${nameOf(plan)}`) ?? 0,
  };
}
