import { settingNames } from './definitions.js';
import type { SettingFault } from './faults.js';

/** The Levenshtein distance: the number of insertions, deletions and replacements that turn `a` into `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

// Two swapped letters are two edits. Beyond three edits, a suggestion would be a guess.
const CLOSE = 3;

/** Faults for variables with our prefix that are not settings. Otherwise a typo would silently mean the default. */
export function unknownSettings(names: readonly string[]): SettingFault[] {
  return names.map((name) => {
    const ranked = settingNames
      .map((known) => ({ known, edits: distance(name, known) }))
      .toSorted((a, b) => a.edits - b.edits);
    const nearest = ranked[0];
    const hint =
      nearest !== undefined && nearest.edits <= CLOSE
        ? `Did you mean ${nearest.known}?`
        : 'See docs/settings.md.';
    return { name, message: `unknown setting. ${hint}` };
  });
}
