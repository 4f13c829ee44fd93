import { type SettingName, definitions } from './definitions.js';
import type { Setting } from './setting.js';

/** One line of the error: which variable, and what is wrong with it. */
export interface SettingFault {
  readonly name: string;
  readonly message: string;
}

const SHOWN_MAX = 80;

/** Says what a setting got, without the value when it is a secret. */
export function got(name: SettingName, value: string): string {
  const setting: Setting = definitions[name];
  if (setting.secret) return `got a text of ${[...value].length} characters`;
  return `got ${JSON.stringify(value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value)}`;
}

/** Says what a setting takes, with every value and its default where it has them. */
export function takes(name: SettingName): string {
  const { takes: what, values, default: fallback }: Setting = definitions[name];
  const all = values === undefined ? '' : `; there are ${values.join(', ')}`;
  return `takes ${what}${all}${fallback === undefined ? '' : ` (default ${fallback})`}`;
}

/** A setting that is needed here and is not set. */
export function missing(name: SettingName, why: string): SettingFault {
  return { name, message: `is not set; ${why} and ${takes(name)}` };
}
