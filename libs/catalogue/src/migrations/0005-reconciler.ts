import type { Migration } from './migration.js';

/**
 * The reconciler's state: the pending formats of ready images, the process that reconciles now, how far catalogue and
 * storage have been compared, and the deleted images whose bytes need a second look.
 */
export const reconciler: Migration = {
  id: 5,
  name: 'reconciler',
  sql: /* sql */ `
-- A table of its own: nothing about the image changes that a stream would tell.
create table pending_formats (
  image_id uuid not null references images (id) on delete cascade,
  format   text not null check (format in ('jpeg', 'webp', 'avif')),
  since    timestamptz(3) not null default now(),
  primary key (image_id, format)
);

create table reconciler (
  only_row       boolean primary key default true check (only_row),
  holder         uuid,
  held_until     timestamptz(3) not null default now(),
  -- The comparison with storage that is under way: the id after which it continues, and its last id.
  compare_after  uuid,
  compare_until  uuid,
  -- Images up to this id have been compared once; all of them again at times, last begun then.
  compared_until uuid,
  compared_all_at timestamptz(3) not null default now(),
  -- Writes that have not ended were last looked for then.
  unfinished_at timestamptz(3) not null default '-infinity',
  constraint under_way check (compare_until is not null or compare_after is null)
);
insert into reconciler default values;

-- A worker that was at a picture when it was deleted may write bytes after they were removed: a second look finds them.
create index deletions_looked_at_once on deletions (deleted_at)
  where bytes_removed_at is not null and extract(epoch from bytes_removed_at - deleted_at) < 3600;

-- An answer that is kept for its key names its images; it forgets those that are deleted.
create index idempotency_keys_by_image on idempotency_keys
  using gin (jsonb_path_query_array(answer, '$.images[*].id') jsonb_path_ops);

create or replace function images_deleted() returns trigger language plpgsql as $$
begin
  insert into deletions (image_id, owner) values (old.id, old.owner);
  delete from idempotency_keys
    where jsonb_path_query_array(answer, '$.images[*].id') @> to_jsonb(old.id::text)
      and jsonb_array_length(answer -> 'images') = 1;
  update idempotency_keys set answer = jsonb_set(answer, '{images}', (
      select jsonb_agg(image order by place)
      from jsonb_array_elements(answer -> 'images') with ordinality as kept(image, place)
      where image ->> 'id' <> old.id::text))
    where jsonb_path_query_array(answer, '$.images[*].id') @> to_jsonb(old.id::text);
  return old;
end $$;

create or replace function images_guard() returns trigger language plpgsql as $$
begin
  if new.id <> old.id or new.owner <> old.owner then
    raise exception 'an image keeps its id and owner' using errcode = 'DR002';
  end if;
  if new.status <> old.status and not (
       (old.status = 'queued'     and new.status in ('processing', 'failed', 'quarantined'))
    or (old.status = 'processing' and new.status in ('queued', 'ready', 'failed', 'quarantined'))
    or (old.status in ('failed', 'quarantined') and new.status = 'queued')
    -- The bytes that a ready image stands on may be lost later.
    or (old.status = 'ready' and new.status = 'failed' and new.error_code = 'original_missing')
  ) then
    raise exception 'an image does not go from % to %', old.status, new.status using errcode = 'DR001';
  end if;
  -- A retry is the one change that begins a new run, and it always does.
  if new.run <> old.run + (case when old.status in ('failed', 'quarantined') and new.status = 'queued' then 1 else 0 end) then
    raise exception 'the run of an image changes with a retry alone' using errcode = 'DR001';
  end if;
  new.changed_xid := pg_current_xact_id();
  new.changed_at := now();
  new.version := old.version + 1;
  return new;
end $$;
`,
};
