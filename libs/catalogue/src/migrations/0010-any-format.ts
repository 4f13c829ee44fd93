import type { Migration } from './migration.js';

/**
 * Variants of any format. Which formats there are is written in the contracts, once: a check here would need a new step
 * for each format, and would refuse what a later version writes beside this one (docs/decisions/0020).
 */
export const anyFormat: Migration = {
  id: 10,
  name: 'any format',
  sql: /* sql */ `
alter table variants drop constraint variants_format_check;
alter table pending_formats drop constraint pending_formats_format_check;
`,
};
