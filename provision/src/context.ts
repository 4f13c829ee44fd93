import type { Aws } from './aws/clients.js';
import type { Network } from './aws/network.js';
import type { Settings } from './settings.js';
import type { Stack } from './stack.js';

/** What every resource is defined from. */
export interface Context {
  readonly aws: Aws;
  readonly stack: Stack;
  readonly settings: Settings;
  /** The default VPC; empty for teardown, which has to work without one. */
  readonly network: Network;
}
