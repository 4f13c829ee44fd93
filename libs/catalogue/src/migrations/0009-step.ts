import type { Migration } from './migration.js';

/** What the worker does that has a picture in hand. Without a check: the next version may know of more steps. */
export const step: Migration = {
  id: 9,
  name: 'step',
  sql: /* sql */ `
alter table images add column step text;
`,
};
