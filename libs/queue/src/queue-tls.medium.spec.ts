import { randomUUID } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { QUEUE_NAME } from '@darkroom/contracts';
import { missingCompose, reportNotRun, startTlsRedis, type Started, type TlsRedis } from '@darkroom/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { BrokerQueue, bullOptions } from './broker-backend.js';
import { createPayload, QueueFixture, Seen } from './testing/queue-fixture.js';
import { holdingProxy } from './testing/tcp-faults.js';

const missing = await missingCompose();
if (missing !== undefined) await reportNotRun('Redis behind TLS', missing);

describe.skipIf(missing !== undefined)(
  'a queue behind TLS, with a password and no user, as on ElastiCache',
  () => {
    const believed = getCACertificates('default');
    let redis: Started<TlsRedis>;
    let fixture: QueueFixture | undefined;

    beforeAll(async () => {
      redis = await startTlsRedis();
    });
    afterAll(() => redis.stop());
    afterEach(async () => {
      await fixture?.dispose();
      setDefaultCACertificates(believed);
    });

    function open(url: string): QueueFixture {
      fixture = new QueueFixture({ kind: 'redis', url, namespace: `test-${randomUUID()}` });
      return fixture;
    }

    it('carries jobs from the producer to the worker', async () => {
      setDefaultCACertificates([...believed, redis.service.certificate]);
      const queue = open(redis.service.url);
      const seen = new Seen<string>();
      await queue.worker({ process: ({ imageId }) => Promise.resolve(seen.add(imageId)) });
      const payload = createPayload();
      await (await queue.producer()).enqueue('process-image', payload);
      expect(await seen.atLeast(1)).toEqual([payload.imageId]);
    });

    it('refuses a server whose certificate no one vouches for', async () => {
      const producer = await open(redis.service.url).producer();
      await expect(producer.enqueue('process-image', createPayload())).rejects.toThrow(
        'The queue is not responding',
      );
      expect(fixture?.logger.messages).toContain('the connection to the queue failed');
    });

    it('survives an alert right behind the certificate that it refuses, during a close', async () => {
      const uncaught: Error[] = [];
      const onUncaught = (error: Error) => void uncaught.push(error);
      process.on('uncaughtException', onUncaught);
      onTestFinished(() => void process.off('uncaughtException', onUncaught));
      const { url, held } = await holdingProxy(open(redis.service.url), redis.service.url);
      const queue = new BrokerQueue(QUEUE_NAME, bullOptions({ kind: 'redis', url }));
      queue.on('error', () => undefined);
      await held;
      await queue.close();
      // Settles after the socket has closed.
      await queue.waitUntilReady().catch(() => undefined);
      expect(uncaught).toEqual([]);
    });

    it('does not open with another password', async () => {
      setDefaultCACertificates([...believed, redis.service.certificate]);
      const producer = await open(redis.service.url.replace(redis.service.password, 'wrong')).producer();
      await expect(producer.check()).rejects.toThrow('The queue is not responding');
    });
  },
);
