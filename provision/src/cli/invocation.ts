import type { Terminal } from './terminal.js';

/** What a command gets from its process. */
export interface Invocation extends Terminal {
  environment: Readonly<Record<string, string | undefined>>;
  /** The checkout. */
  root: string;
  arguments: readonly string[];
  /** Fires at Ctrl-C. */
  signal: AbortSignal;
}
