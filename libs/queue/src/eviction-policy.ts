import { Redis } from 'ioredis';
import { unavailable } from '@darkroom/errors';
import type { BrokerOptions } from './broker-options.js';

/** Milliseconds that Redis has to answer in. */
const ANSWER_LIMIT = 5_000;

/**
 * What the broker does when its memory is full. Under any other policy than `noeviction` Redis throws jobs out, and
 * nobody is told.
 *
 * @returns Redis' `maxmemory-policy`; null on PostgreSQL, and where Redis does not say
 * @throws unavailable when Redis does not answer
 */
export async function evictionPolicy(options: BrokerOptions): Promise<string | null> {
  if (options.kind !== 'redis') return null;
  const redis = new Redis(options.url, {
    lazyConnect: true,
    connectTimeout: ANSWER_LIMIT,
    commandTimeout: ANSWER_LIMIT,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // An 'error' event that nobody hears ends the process; the command rejects as well.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    // Managed services keep CONFIG to themselves; INFO they have.
    const info = await redis.info('memory');
    return /^maxmemory_policy:(\S+)/m.exec(info)?.[1] ?? null;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOPERM')) return null;
    throw unavailable('Redis', error);
  } finally {
    redis.disconnect();
  }
}
