import { type SettingDefinition, settingDefinitions, settingGroups } from './definitions.js';

/** The cells of a setting's row in `docs/settings.md`: name, accepted values, default, meaning. */
export function settingRow(setting: SettingDefinition): [string, string, string, string] {
  const secret = setting.secret ? ' Secret: it never appears in a message.' : '';
  return [`\`${setting.name}\``, setting.accepts, setting.default ?? 'none', setting.description + secret];
}

/** Renders the tables of `docs/settings.md` in Markdown, one for each group. */
export function renderSettingsTables(): string {
  return Object.entries(settingGroups)
    .map(([heading, group]) => {
      const rows = settingDefinitions
        .filter(({ name }) => Object.hasOwn(group, name))
        .map((setting) => `| ${settingRow(setting).join(' | ')} |`);
      return [
        `## ${heading}`,
        '',
        '| setting | accepts | default | meaning |',
        '|---|---|---|---|',
        ...rows,
        '',
      ].join('\n');
    })
    .join('\n');
}
