import type { Migration } from './migration.js';

/** How often the current run has crashed its decoder process. Stored, because it must outlive the worker. */
export const crashes: Migration = {
  id: 2,
  name: 'crashes',
  sql: /* sql */ `
alter table images add column crashes integer not null default 0 check (crashes >= 0);
`,
};
