import { assemblers } from './assemble.js';
import { type SettingName, type Values, definitions, isSettingName, settingNames } from './definitions.js';
import { invalidSettings } from './errors.js';
import { type SettingFault, got, takes } from './faults.js';
import { rules } from './rules.js';
import { Secret } from './secret.js';
import { isFileVariable, readSecretFiles, variableOf } from './secret-files.js';
import type { Setting } from './setting.js';
import type { ProcessName, SettingsOf } from './settings.js';
import { unknownSettings } from './unknown-settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface LoadOptions<Name extends ProcessName> {
  /** Which process asks: each needs other settings. */
  readonly for: Name;
  /** Absolute directory at which relative paths begin; by default the working directory. */
  readonly base?: string;
}

/** Reads every variable on its own. An empty text counts as unset: Compose and CI hand those on. */
function readValues(env: Environment): { values: Partial<Values>; faults: SettingFault[] } {
  const values: Partial<Record<SettingName, unknown>> = {};
  const faults: SettingFault[] = [];
  for (const name of settingNames) {
    const setting: Setting = definitions[name];
    const text = env[name] || setting.default;
    if (text === undefined) continue;
    const read = setting.schema.safeParse(text);
    if (read.success) values[name] = read.data;
    else faults.push({ name, message: `${got(name, text)}; ${takes(name)}` });
  }
  // Each value comes from the schema of its own name, which is how `Values` is defined.
  return { values: values as Partial<Values>, faults };
}

/** Freezes all levels; a `Secret` keeps its value private by itself. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Secret) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

/**
 * Reads all settings, once, at the start of a process.
 *
 * @param env - variables, by default those of the process; an empty text counts as unset. A secret that is not set is
 *   read from the file that the variable of its name and `_FILE` names
 * @param options - the process that asks (the api by default) and where relative paths begin
 * @returns settings in groups, deeply frozen, paths absolute
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
