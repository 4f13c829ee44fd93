import type { Migration } from './migration.js';

/**
 * Running totals of each owner: pictures, variants, their bytes, and the tags in use (docs/decisions/0035). Triggers
 * append each difference to `owner_changes`, so that no two writers wait for the same row; the reconciler folds them into
 * the totals. A total is what has been folded and what has not. `backfill-totals.ts` adds the rows that exist already.
 */
export const totals: Migration = {
  id: 12,
  name: 'totals',
  sql: /* sql */ `
create table owner_totals (
  owner         text primary key,
  pictures      bigint not null,
  picture_bytes bigint not null,
  variants      bigint not null,
  variant_bytes bigint not null
);
create table tag_totals (
  owner text not null,
  tag   text not null,
  count bigint not null,
  primary key (owner, tag)
);

-- Differences that are not folded yet. It has no index: it holds the changes of some 15 seconds.
create table owner_changes (
  owner         text not null,
  pictures      bigint not null default 0,
  picture_bytes bigint not null default 0,
  variants      bigint not null default 0,
  variant_bytes bigint not null default 0,
  -- The count of each of these tags changes by tag_count.
  tags          text[] not null default '{}',
  tag_count     bigint not null default 0
);

create function images_counted() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    insert into owner_changes (owner, pictures, picture_bytes, tags, tag_count)
      values (old.owner, -1, -old.bytes, old.tags, -1);
  end if;
  if tg_op <> 'DELETE' then
    insert into owner_changes (owner, pictures, picture_bytes, tags, tag_count)
      values (new.owner, 1, new.bytes, new.tags, 1);
  end if;
  return null;
end $$;
create trigger images_counted after insert or delete on images for each row execute function images_counted();
create trigger images_recounted after update on images for each row
  when (old.bytes <> new.bytes or old.tags <> new.tags) execute function images_counted();

create function variants_counted() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into owner_changes (owner, variants, variant_bytes)
      select owner, count(*), sum(bytes) from added group by owner;
  else
    insert into owner_changes (owner, variants, variant_bytes)
      select owner, -count(*), -sum(bytes) from removed group by owner;
  end if;
  return null;
end $$;
create trigger variants_counted_in after insert on variants referencing new table as added
  for each statement execute function variants_counted();
create trigger variants_counted_out after delete on variants referencing old table as removed
  for each statement execute function variants_counted();

create function variants_recounted() returns trigger language plpgsql as $$
begin
  insert into owner_changes (owner, variant_bytes) values (new.owner, new.bytes - old.bytes);
  return null;
end $$;
create trigger variants_recounted after update on variants for each row
  when (old.bytes <> new.bytes) execute function variants_recounted();
`,
};
