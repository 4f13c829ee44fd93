import type { BrokerOptions } from '../index.js';

export interface BrokerUnderTest {
  /** Of a queue that is empty and nobody else's. */
  options: BrokerOptions;
  /** Ends every connection to that queue, as a broker does that restarts, and tells how many those were. */
  cutConnections(): Promise<number>;
  dispose(): Promise<void>;
}
