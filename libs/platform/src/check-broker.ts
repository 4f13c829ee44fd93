import { isDarkroomError } from '@darkroom/errors';
import { type BrokerOptions, evictionPolicy } from '@darkroom/queue';
import type { Logger } from '@darkroom/telemetry';
import { evictingBroker } from './errors.js';

/**
 * Sees that the broker keeps what it is given. One that is away is not waited for: uploads do not need it
 * (docs/decisions/0005).
 *
 * @throws DarkroomError `evicting_broker` in production, where it is a warning otherwise
 */
export async function checkBroker(
  broker: BrokerOptions,
  { isProduction, logger }: { isProduction: boolean; logger: Logger },
): Promise<void> {
  const policy = await evictionPolicy(broker).catch((error: unknown) => {
    if (!isDarkroomError(error, 'unavailable')) throw error;
    logger.warn({ err: error }, 'Redis is away and could not be asked for its maxmemory-policy');
    return null;
  });
  if (policy === null || policy === 'noeviction') return;
  const fault = evictingBroker(policy);
  if (isProduction) throw fault;
  logger.warn({ policy }, fault.message);
}
