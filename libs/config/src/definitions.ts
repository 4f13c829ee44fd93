import type { Setting, ValueOf } from './setting.js';
import { accessSettings } from './settings/access.js';
import { httpSettings } from './settings/http.js';
import { serviceSettings } from './settings/services.js';
import { storageSettings } from './settings/storage.js';
import { workerSettings } from './settings/worker.js';

/** Headings of `docs/settings.md`, in its order, with the settings below each. */
export const settingGroups = {
  HTTP: httpSettings,
  Access: accessSettings,
  'Storage and links': storageSettings,
  'Database, broker and log': serviceSettings,
  'Pictures and worker': workerSettings,
} as const;

/** Every setting by the name of its variable. */
export const definitions = {
  ...httpSettings,
  ...accessSettings,
  ...storageSettings,
  ...serviceSettings,
  ...workerSettings,
} as const;

export type SettingName = keyof typeof definitions;
/** The values of all variables, once read. */
export type Values = { [Name in SettingName]: ValueOf<(typeof definitions)[Name]> };

export const settingNames = Object.keys(definitions) as SettingName[];

/** Whether a variable is a setting of Darkroom. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(definitions, name);
}

export interface SettingDefinition {
  readonly name: string;
  readonly accepts: string;
  /** The default, as a value to set or as a sentence; `undefined` for none. */
  readonly default: string | undefined;
  readonly secret: boolean;
  readonly description: string;
}

/** What the docs say about every setting. */
export const settingDefinitions: readonly SettingDefinition[] = settingNames.map((name) => {
  const setting: Setting = definitions[name];
  return {
    name,
    accepts: setting.accepts,
    default: setting.default ?? setting.defaultMeaning,
    secret: setting.secret ?? false,
    description: setting.description,
  };
});
