import { readFileSync } from 'node:fs';
import { type SettingName, definitions, settingNames } from './definitions.js';
import type { SettingFault } from './faults.js';
import type { Setting } from './setting.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable with this suffix names the file that holds a secret. Container platforms pass secrets in this way. */
const SUFFIX = '_FILE';
const EXPECTED = 'expected the path of a file that holds the secret';

function isSecret(name: SettingName): boolean {
  const setting: Setting = definitions[name];
  return setting.secret ?? false;
}

/** The variables that name a file, by the setting that they provide. */
const fileVariables = new Map(settingNames.filter(isSecret).map((name) => [name, `${name}${SUFFIX}`]));

/** Whether a variable names the file of a secret. */
export function isFileVariable(name: string): boolean {
  return [...fileVariables.values()].includes(name);
}

/** The variable that provides a setting: the setting itself, else its `_FILE` variable; undefined when neither is set. */
export function variableOf(env: Environment, name: SettingName): string | undefined {
  const file = fileVariables.get(name);
  return [name, file].find((variable) => variable !== undefined && env[variable]);
}

/**
 * Adds the contents of secret files for the secrets that are not set themselves. One line end at the end of a file is
 * dropped, because editors add it.
 *
 * @returns the environment with those secrets, and a fault for each file that is empty or cannot be read
 */
export function readSecretFiles(env: Environment): { env: Environment; faults: SettingFault[] } {
  const secrets: Record<string, string> = {};
  const faults: SettingFault[] = [];
  for (const [name, variable] of fileVariables) {
    const path = env[variable];
    if (!path || variableOf(env, name) !== variable) continue;
    const read = readSecret(path);
    if ('text' in read) secrets[name] = read.text;
    else
      faults.push({
        name: variable,
        message: `${EXPECTED}, got ${JSON.stringify(path)}, which ${read.fault}.`,
      });
  }
  return { env: { ...env, ...secrets }, faults };
}

function readSecret(path: string): { text: string } | { fault: string } {
  try {
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? { fault: 'is empty' } : { text };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { fault: `cannot be read (${code})` };
  }
}
