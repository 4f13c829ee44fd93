import type { Migration } from './migration.js';

/** Where the reconciler continues in a backlog that is too long for one run: after which image; null: from the first. */
export const rounds: Migration = {
  id: 6,
  name: 'rounds',
  sql: /* sql */ `
alter table reconciler add column pictures_after uuid;
alter table reconciler add column formats_after uuid;
`,
};
