import { readFileSync } from 'node:fs';
import { type SettingName, definitions, settingNames } from './definitions.js';
import type { SettingFault } from './faults.js';
import type { Setting } from './setting.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable ending so names the file that holds a secret, the way in which container platforms hand secrets over. */
const SUFFIX = '_FILE';

function isSecret(name: SettingName): boolean {
  const setting: Setting = definitions[name];
  return setting.secret ?? false;
}

/** The variables that name a file, by the setting that the file holds. */
const fileVariables = new Map(settingNames.filter(isSecret).map((name) => [name, `${name}${SUFFIX}`]));

/** Tells whether a variable names the file of a secret. */
export function isFileVariable(name: string): boolean {
  return [...fileVariables.values()].includes(name);
}

/** The variable that gives a setting its text: its own, else the one that names a file; undefined when neither is set. */
export function variableOf(env: Environment, name: SettingName): string | undefined {
  const file = fileVariables.get(name);
  return [name, file].find((variable) => variable !== undefined && env[variable]);
}

/**
 * Puts the contents of secret files in the place of secrets that are not set themselves. The line end that editors
 * leave at the end of a file is no part of the secret.
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
    else faults.push({ name: variable, message: `got ${JSON.stringify(path)}, ${read.fault}` });
  }
  return { env: { ...env, ...secrets }, faults };
}

function readSecret(path: string): { text: string } | { fault: string } {
  try {
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    return text === ''
      ? { fault: 'which is empty; takes the path of a file that holds the secret' }
      : { text };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { fault: `which cannot be read (${code}); takes the path of a file that holds the secret` };
  }
}
