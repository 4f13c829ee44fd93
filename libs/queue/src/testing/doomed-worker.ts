import type { BrokerOptions } from '../broker-options.js';
import { QueueFixture } from './queue-fixture.js';

/** Takes one job, reports it, and never ends it: for a test that kills this process. */
export async function runDoomedWorker(options: BrokerOptions, lockDurationMs: number): Promise<void> {
  const never = new Promise<void>(() => undefined);
  const takeAndHang = async () => {
    process.send?.('taken');
    await never;
  };
  await new QueueFixture(options).worker({ process: takeAndHang }, { lockDurationMs });
}
