import { type DarkroomError, isDarkroomError } from '@darkroom/errors';
import { type BrokerOptions, evictionPolicy } from '@darkroom/queue';
import type { Logger } from '@darkroom/telemetry';
import { evictingBroker } from './errors.js';

/** Milliseconds between two tries to reach a broker that is down; each try can take 10 s. */
const ASK_EVERY = 15_000;

/**
 * Checks that the broker does not evict jobs. The start does not wait for a broker that is down, because uploads do not
 * need it (docs/decisions/0005): the check repeats until the broker answers, and then logs a wrong policy as an error.
 *
 * @param askEvery - milliseconds between two tries
 * @returns a function that stops the check
 * @throws DarkroomError `evicting_broker` in production; elsewhere it is a warning
 */
export async function checkBroker(
  broker: BrokerOptions,
  {
    isProduction,
    logger,
    askEvery = ASK_EVERY,
  }: { isProduction: boolean; logger: Logger; askEvery?: number },
): Promise<() => void> {
  try {
    const fault = await faultOf(broker);
    if (fault !== null && isProduction) throw fault;
    if (fault !== null) logger.warn(fault.message);
    return () => undefined;
  } catch (error) {
    if (!isDarkroomError(error, 'unavailable')) throw error;
    logger.warn({ err: error }, 'Redis is down: its maxmemory-policy could not be read');
    return askLater(broker, logger, askEvery);
  }
}

function askLater(broker: BrokerOptions, logger: Logger, askEvery: number): () => void {
  const ask = async (): Promise<void> => {
    try {
      const fault = await faultOf(broker);
      clearInterval(timer);
      if (fault !== null) logger.error(fault.message);
    } catch (error) {
      logger.debug({ err: error }, 'Redis is still down');
    }
  };
  const timer = setInterval(() => void ask(), askEvery).unref();
  return () => clearInterval(timer);
}

/** @throws DarkroomError `unavailable` */
async function faultOf(broker: BrokerOptions): Promise<DarkroomError | null> {
  const policy = await evictionPolicy(broker);
  return policy === null || policy === 'noeviction' ? null : evictingBroker(policy);
}
