import { Redis } from 'ioredis';
import { unavailable } from '@darkroom/errors';
import type { BrokerOptions } from './broker-options.js';
import { GuardedConnector } from './guarded-connector.js';

/** Milliseconds in which Redis must answer. */
const ANSWER_LIMIT = 5_000;

/**
 * Reads what the broker does when its memory is full. Under any policy other than `noeviction` Redis evicts jobs
 * silently.
 *
 * @returns Redis' `maxmemory-policy`; null on PostgreSQL, and where Redis does not report it
 * @throws unavailable when Redis does not answer
 */
export async function evictionPolicy(options: BrokerOptions): Promise<string | null> {
  if (options.kind !== 'redis') return null;
  const redis = new Redis(options.url, {
    Connector: GuardedConnector,
    lazyConnect: true,
    connectTimeout: ANSWER_LIMIT,
    commandTimeout: ANSWER_LIMIT,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // An 'error' event without a listener ends the process; the command rejects as well.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    // Managed services disable CONFIG but support INFO.
    const info = await redis.info('memory');
    return /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? null;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOPERM')) return null;
    throw unavailable('Redis', error);
  } finally {
    redis.disconnect();
  }
}
