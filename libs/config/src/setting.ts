import type { z } from 'zod';

/** One environment variable: what it takes, what happens without it, what it means. `docs/settings.md` shows all. */
export interface Setting {
  /** Completes the sentence "takes …" in a fault and in the docs. */
  readonly takes: string;
  /** Every value there is, where `takes` gives examples: a fault lists them, the docs leave them to it. */
  readonly values?: readonly string[];
  /** The text that stands in when the variable is unset; it is read by the same schema. */
  readonly default?: string;
  /** The default in words, where it follows from something else. */
  readonly defaultMeaning?: string;
  /** A secret's value is in no message. */
  readonly secret?: true;
  /** What it decides, with its unit. */
  readonly description: string;
  /** Reads the variable's text. Its own messages are not shown: `takes` is. */
  readonly schema: z.ZodType<unknown, string>;
}

export type SettingGroup = Readonly<Record<string, Setting>>;

/** What a setting reads to: its schema's output, or `undefined` when it is unset and has no default text. */
export type ValueOf<S extends Setting> = S extends { readonly default: string }
  ? z.output<S['schema']>
  : z.output<S['schema']> | undefined;
