import type { Migration } from './migration.js';

/**
 * Columns and indexes for the operations page, so that no count scans the table: when a picture failed (until it is
 * retried), pictures by the time at which they became ready, and live workers. And an index on the tags, for the filter.
 */
export const operations: Migration = {
  id: 4,
  name: 'operations',
  sql: /* sql */ `
alter table images add column failed_at timestamptz(3);
-- Without the triggers: nothing changes that a stream would tell.
alter table images disable trigger user;
update images set failed_at = changed_at where status in ('failed', 'quarantined');
alter table images enable trigger user;

-- In the database and not in the statements: a worker of the version before sets it too while a deploy is under way.
create function images_failed() returns trigger language plpgsql as $$
begin
  new.failed_at := case when new.status in ('failed', 'quarantined') then now() end;
  return new;
end $$;
create trigger images_failed before update on images for each row
  when (old.status is distinct from new.status) execute function images_failed();

create index images_by_failure on images (owner, failed_at) where failed_at is not null;
create index images_by_ready on images (owner, ready_at) where ready_at is not null;
create index images_tags on images using gin (tags);

create table workers (
  id          uuid primary key,
  host        text not null,
  concurrency integer not null check (concurrency > 0),
  in_hand     integer not null check (in_hand >= 0),
  started_at  timestamptz(3) not null default now(),
  seen_at     timestamptz(3) not null default now()
);
`,
};
