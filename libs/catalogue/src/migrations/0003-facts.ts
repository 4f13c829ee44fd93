import type { Migration } from './migration.js';

/**
 * The facts in the original's metadata (`OriginalFacts`). One value: written once, read whole and never searched. Null for
 * images that were decoded before this step.
 */
export const facts: Migration = {
  id: 3,
  name: 'facts',
  sql: /* sql */ `
alter table images add column facts jsonb check (jsonb_typeof(facts) = 'object');
`,
};
