export { type SettingDefinition, settingDefinitions } from './definitions.js';
export { INVALID_SETTINGS } from './errors.js';
export { type Environment, type LoadOptions, loadSettings } from './load-settings.js';
export { isLoopback } from './readers.js';
export { Secret } from './secret.js';
export * from './settings.js';
export { renderSettingsTables, settingRow } from './settings-table.js';
