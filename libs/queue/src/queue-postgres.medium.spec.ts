import { randomUUID } from 'node:crypto';
import { services, testDatabase, type TestDatabase } from '@darkroom/testing';
import { PostgresConnection } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateBroker, type BrokerOptions } from './index.js';
import { createPayload, QueueFixture } from './testing/queue-fixture.js';
import { testQueue } from './testing/queue-suite.js';

describe.skipIf(!services().postgres)('the queue on PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());

  const freshOptions = (): BrokerOptions => ({
    kind: 'postgres',
    url: database.url,
    poolSize: 2,
    namespace: `test_${randomUUID().replaceAll('-', '')}`,
  });

  testQueue(async () => {
    const options = freshOptions();
    await migrateBroker(options);
    return { options, cutConnections: () => cutConnections(database.url), dispose: async () => undefined };
  });

  it('is migrated by two processes at once, and again', async () => {
    const options = freshOptions();
    await Promise.all([migrateBroker(options), migrateBroker(options)]);
    await migrateBroker(options);
    const fixture = new QueueFixture(options);
    const queue = await fixture.producer();
    await expect(queue.check()).resolves.toBeUndefined();
    await fixture.dispose();
  });

  it('starts to work when the database becomes ready after the processes have started', async () => {
    const options = freshOptions();
    const fixture = new QueueFixture(options);
    const queue = await fixture.producer();
    const { ends } = await fixture.worker({});
    await expect(queue.enqueue('process-image', createPayload())).rejects.toMatchObject({
      code: 'unavailable',
    });
    await migrateBroker(options);
    await queue.enqueue('process-image', createPayload());
    await ends.atLeast(1);
    expect(ends.all[0]?.outcome).toBe('completed');
    await fixture.dispose();
  });
});

async function cutConnections(url: string): Promise<number> {
  const admin = new PostgresConnection({ connectionString: url, max: 1, application_name: 'test-admin' });
  try {
    const { rows } = await admin.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name <> 'test-admin'`,
    );
    return rows.length;
  } finally {
    await admin.close();
  }
}
