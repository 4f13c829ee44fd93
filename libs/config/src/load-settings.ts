import { assemblers } from './assemble.js';
import { type SettingName, type Values, definitions, isSettingName, settingNames } from './definitions.js';
import { invalidSettings } from './errors.js';
import { type SettingFault, unexpected } from './faults.js';
import { rules } from './rules.js';
import { Secret } from './secret.js';
import { isFileVariable, readSecretFiles, variableOf } from './secret-files.js';
import type { Setting } from './setting.js';
import type { ProcessName, SettingsOf } from './settings.js';
import { unknownSettings } from './unknown-settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadOptions<Name extends ProcessName> {
  /** The process that loads the settings. Each process needs different ones. */
  readonly for: Name;
  /** Absolute directory at which relative paths start. Default: the working directory. */
  readonly base?: string;
}

/** Reads each variable. An empty text counts as unset, because Compose and CI pass unset variables on as empty. */
function readValues(env: Environment): { values: Partial<Values>; faults: SettingFault[] } {
  const values: Partial<Record<SettingName, unknown>> = {};
  const faults: SettingFault[] = [];
  for (const name of settingNames) {
    const setting: Setting = definitions[name];
    const text = env[name] || setting.default;
    if (text === undefined) continue;
    const read = setting.schema.safeParse(text);
    if (read.success) values[name] = read.data;
    else faults.push(unexpected(name, text));
  }
  // Each value comes from the schema of its name, as `Values` defines it.
  return { values: values as Partial<Values>, faults };
}

/** Freezes all levels. A `Secret` is left out: its value is private already. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Secret) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

/**
 * Reads all settings. A process does it once, at its start.
 *
 * @param env - the variables, by default those of the process; an empty text counts as unset. A secret that is not set
 *   is read from the file named by the variable with the suffix `_FILE`
 * @param options - the process (default: the api) and the directory at which relative paths start
 * @returns the settings in groups, deeply frozen, with absolute paths
 * @throws DarkroomError `invalid_settings` (500) with every fault, one line each; no line shows a secret
 */
export function loadSettings(env?: Environment): SettingsOf['api'];
export function loadSettings<Name extends ProcessName>(
  env: Environment | undefined,
  options: LoadOptions<Name>,
): SettingsOf[Name];
export function loadSettings(
  env: Environment = process.env,
  options: LoadOptions<ProcessName> = { for: 'api' },
): SettingsOf[ProcessName] {
  const secrets = readSecretFiles(env);
  const { values, faults } = readValues(secrets.env);
  const isSet = (name: SettingName) => variableOf(env, name) !== undefined;
  const broken = rules
    .map((rule) => rule({ process: options.for, values, isSet }))
    .filter((fault) => fault !== undefined);
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('DARKROOM_') && env[name] && !isSettingName(name) && !isFileVariable(name),
  );
  const all = [...secrets.faults, ...faults, ...broken, ...unknownSettings(unknown)];
  if (all.length > 0) throw invalidSettings(all);
  return freeze(assemblers[options.for](values as Values, options.base ?? process.cwd()));
}
