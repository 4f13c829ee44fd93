import type { Migration } from './migration.js';

/** The step that the worker is in. Without a check constraint: the next version may have more steps. */
export const step: Migration = {
  id: 9,
  name: 'step',
  sql: /* sql */ `
alter table images add column step text;
`,
};
