import type { z } from 'zod';

/** One environment variable: the values it accepts, its default, its meaning. `docs/settings.md` lists all. */
export interface Setting {
  /** Completes the sentence "expected …" in a fault, and fills the column "accepts" of the docs. */
  readonly accepts: string;
  /** Every accepted value, where `accepts` gives only examples: a fault lists them, the docs do not. */
  readonly values?: readonly string[];
  /** The value used when the variable is unset. The same schema reads it. */
  readonly default?: string;
  /** The default as a sentence, when it depends on something else. */
  readonly defaultMeaning?: string;
  /** The value of a secret never appears in a message. */
  readonly secret?: true;
  /** What the setting controls, with its unit. */
  readonly description: string;
  /** Reads the variable's text. Its own messages are not shown; `accepts` is shown instead. */
  readonly schema: z.ZodType<unknown, string>;
}

export type SettingGroup = Readonly<Record<string, Setting>>;

/** The value of a setting: the output of its schema, or `undefined` when it is unset and has no default value. */
export type ValueOf<S extends Setting> = S extends { readonly default: string }
  ? z.output<S['schema']>
  : z.output<S['schema']> | undefined;
