import type { Migration } from './migration.js';

/**
 * What the original says of itself (`OriginalFacts`). One value: it is written once, read whole and never searched.
 * Null for images that were decoded before this.
 */
export const facts: Migration = {
  id: 3,
  name: 'facts',
  sql: /* sql */ `
alter table images add column facts jsonb check (jsonb_typeof(facts) = 'object');
`,
};
