import type { BrokerOptions } from '../index.js';

export interface BrokerUnderTest {
  /** Options for an empty queue that no other test uses. */
  options: BrokerOptions;
  /** Ends every connection to that queue, as a broker restart does, and returns how many there were. */
  cutConnections(): Promise<number>;
  dispose(): Promise<void>;
}
