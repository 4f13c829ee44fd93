import { type SettingDefinition, settingDefinitions, settingGroups } from './definitions.js';

/** The cells of a setting's row in `docs/settings.md`: name, what it takes, default, meaning. */
export function settingRow(setting: SettingDefinition): [string, string, string, string] {
  const secret = setting.secret ? ' A secret: no message shows it.' : '';
  return [`\`${setting.name}\``, setting.takes, setting.default ?? 'none', setting.description + secret];
}

/** Renders the tables of `docs/settings.md` in Markdown, one a group. */
export function renderSettingsTables(): string {
  return Object.entries(settingGroups)
    .map(([heading, group]) => {
      const rows = settingDefinitions
        .filter(({ name }) => Object.hasOwn(group, name))
        .map((setting) => `| ${settingRow(setting).join(' | ')} |`);
      return [
        `## ${heading}`,
        '',
        '| setting | takes | default | meaning |',
        '|---|---|---|---|',
        ...rows,
        '',
      ].join('\n');
    })
    .join('\n');
}
