import { type DarkroomError, isDarkroomError } from '@darkroom/errors';
import { type BrokerOptions, evictionPolicy } from '@darkroom/queue';
import type { Logger } from '@darkroom/telemetry';
import { evictingBroker } from './errors.js';

/** Milliseconds between two tries to ask a broker that is away: each may take 10 s. */
const ASK_EVERY = 15_000;

/**
 * Sees that the broker keeps what it is given. One that is away is not waited for, because uploads do not need it
 * (docs/decisions/0005): it is asked again until it answers, and what is wrong with it then is an error in the log.
 *
 * @param askEvery - milliseconds between two tries
 * @returns what ends the asking
 * @throws DarkroomError `evicting_broker` in production, where it is a warning otherwise
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
    logger.warn({ err: error }, 'Redis is away and could not be asked for its maxmemory-policy');
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
      logger.debug({ err: error }, 'Redis is still away');
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
