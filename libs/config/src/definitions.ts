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
/** What all variables read to. */
export type Values = { [Name in SettingName]: ValueOf<(typeof definitions)[Name]> };

export const settingNames = Object.keys(definitions) as SettingName[];

/** Tells whether a variable is one of ours. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(definitions, name);
}

export interface SettingDefinition {
  readonly name: string;
  readonly takes: string;
  /** The default, as a text to set or in words; `undefined` for none. */
  readonly default: string | undefined;
  readonly secret: boolean;
  readonly description: string;
}

/** What the docs say of every setting. */
export const settingDefinitions: readonly SettingDefinition[] = settingNames.map((name) => {
  const setting: Setting = definitions[name];
  return {
    name,
    takes: setting.takes,
    default: setting.default ?? setting.defaultMeaning,
    secret: setting.secret ?? false,
    description: setting.description,
  };
});
