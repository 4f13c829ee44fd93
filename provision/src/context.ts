import type { Aws } from './aws/clients.js';
import type { Network } from './aws/network.js';
import type { Clock } from './engine/wait.js';
import type { Settings } from './settings.js';
import type { Stack } from './stack.js';

/** The inputs that every resource is defined from. */
export interface Context {
  readonly aws: Aws;
  readonly clock: Clock;
  readonly stack: Stack;
  readonly settings: Settings;
  /** The default VPC, which `provision` looks up once; empty for commands that only read or delete. */
  readonly network: Network;
  /** The release to deploy; absent for `status` and `teardown`. */
  readonly release?: Release;
}

/** A release that the host builds and runs. */
export interface Release {
  /** Hash of its content, 16 hexadecimal digits. Equal sources are the same release. */
  readonly hash: string;
  /** Packs it as tar with gzip. */
  readonly pack: () => Promise<Uint8Array>;
  /** The script that a new host runs first. */
  readonly userData: string;
}
