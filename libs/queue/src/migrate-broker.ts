import { PostgresConnection } from 'bullmq';
import type { BrokerOptions } from './broker-options.js';
import { postgresPoolConfig } from './postgres-backend.js';

/**
 * Creates or migrates what the broker needs to hold jobs: BullMQ's tables on PostgreSQL, nothing on Redis. It is
 * idempotent, and two processes may call it at once. Call it before the queue is used.
 */
export async function migrateBroker(options: BrokerOptions): Promise<void> {
  if (options.kind === 'redis') return;
  const connection = new PostgresConnection({ ...postgresPoolConfig(options, true), migrate: true });
  try {
    await connection.waitUntilReady();
  } finally {
    await connection.close();
  }
}
