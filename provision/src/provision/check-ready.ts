import { waitFor, type Clock } from '../engine/wait.js';

/** Seconds for a load balancer with a healthy host to answer. */
const LIMIT = 180;

/**
 * Waits until the stack reports through its load balancer that it is ready. It writes nothing.
 *
 * @param address - of the stack, e.g. `http://darkroom-demo-alb-1.eu-north-1.elb.amazonaws.com`
 * @throws ProvisionFault `timeout` with the last answer
 */
export async function checkReady(address: string, clock: Clock): Promise<void> {
  const url = `${address}/readyz`;
  let last = 'nothing';
  await waitFor(clock, {
    poll: async () => {
      try {
        const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
        last = `${answer.status} ${await answer.text()}`;
        return answer.ok ? true : undefined;
      } catch (error) {
        last = error instanceof Error ? error.message : String(error);
        return undefined;
      }
    },
    what: () => `${url} to be ready; the last answer was ${last}`,
    limitSeconds: LIMIT,
  });
}
