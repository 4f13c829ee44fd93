import { type SettingName, definitions } from './definitions.js';
import type { Setting } from './setting.js';

/** One line of the error: the variable, and what is wrong with it. */
export interface SettingFault {
  readonly name: string;
  readonly message: string;
}

const SHOWN_MAX = 80;

/** The value that a setting got, or only its length when it is a secret. */
function got(setting: Setting, value: string): string {
  if (setting.secret) return `a text of ${[...value].length} characters`;
  return JSON.stringify(value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value);
}

/** A setting whose value it does not accept. */
export function unexpected(name: SettingName, value: string): SettingFault {
  const setting: Setting = definitions[name];
  const all = setting.values === undefined ? '' : ` The values are ${setting.values.join(', ')}.`;
  const fallback = setting.default === undefined ? '' : ` The default is ${setting.default}.`;
  return { name, message: `expected ${setting.accepts}, got ${got(setting, value)}.${all}${fallback}` };
}

/** A setting that is required here and is not set. @param why - a whole sentence */
export function missing(name: SettingName, why: string): SettingFault {
  return { name, message: `expected ${definitions[name].accepts}, got nothing. ${why}` };
}
