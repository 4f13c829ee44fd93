import type { Aws } from './aws/clients.js';
import type { Network } from './aws/network.js';
import type { Clock } from './engine/wait.js';
import type { Settings } from './settings.js';
import type { Stack } from './stack.js';

/** What every resource is defined from. */
export interface Context {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly stack: Stack;
  readonly settings: Settings;
  /** The default VPC, which `provision` looks up once; empty for commands that only look or delete. */
  readonly network: Network;
  /** What is to run there; absent for teardown. */
  readonly release?: Release;
}

/** What is brought to the host. */
export interface Release {
  /** Of its content, 16 hexadecimal digits: the same sources are the same release. */
  readonly hash: string;
  /** Packs it (tar, gzip). */
  readonly pack: () => Promise<Uint8Array>;
  /** The script that a new host runs first. */
  readonly userData: string;
}
