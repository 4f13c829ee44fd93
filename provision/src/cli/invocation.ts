import type { Terminal } from './terminal.js';

/** The process of a command: its arguments, environment, terminal and signals. */
export interface Invocation extends Terminal {
  environment: Readonly<Record<string, string | undefined>>;
  /** Path of the checkout. */
  root: string;
  arguments: readonly string[];
  /** Fires at Ctrl-C. */
  signal: AbortSignal;
}
