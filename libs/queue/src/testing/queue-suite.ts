import { afterEach, beforeEach, describe } from 'vitest';
import type { BrokerUnderTest } from './broker-under-test.js';
import { QueueFixture } from './queue-fixture.js';
import { testDrain } from './test-drain.js';
import { testEnqueue } from './test-enqueue.js';
import { testFaults } from './test-faults.js';
import { testTries } from './test-tries.js';

/** What the queue must do on every broker. */
export function testQueue(open: () => Promise<BrokerUnderTest>): void {
  let broker: BrokerUnderTest;
  let current: QueueFixture;
  const fixture = () => current;
  beforeEach(async () => {
    broker = await open();
    current = new QueueFixture(broker.options);
  });
  afterEach(async () => {
    await current.dispose();
    await broker.dispose();
  });
  describe('enqueue', () => {
    testEnqueue(fixture);
  });
  describe('tries', () => {
    testTries(fixture);
  });
  describe('drain', () => {
    testDrain(fixture);
  });
  describe('faults', () => {
    testFaults(fixture, () => broker);
  });
}
