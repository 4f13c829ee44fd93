import type { Migration } from './migration.js';

/**
 * Images and variants, the change feed, sessions and idempotency keys.
 *
 * `changed_xid` is the transaction that last changed a row. With `pg_snapshot_xmin` it makes a feed that a client can
 * resume without missing a change that committed late (docs/decisions/0003).
 */
export const initial: Migration = {
  id: 1,
  name: 'initial',
  sql: /* sql */ `
create table images (
  id            uuid primary key,
  owner         text not null,
  status        text not null default 'queued'
                check (status in ('queued', 'processing', 'ready', 'failed', 'quarantined')),
  error_code    text,
  error_message text,
  run           integer not null default 1 check (run > 0),
  filename      text not null,
  content_type  text not null,
  bytes         bigint not null check (bytes > 0),
  sha256        text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  width         integer check (width > 0),
  height        integer check (height > 0),
  thumbhash     text,
  title         text,
  caption       text,
  tags          text[] not null default '{}',
  created_at    timestamptz(3) not null,
  ready_at      timestamptz(3),
  expires_at    timestamptz(3),
  changed_at    timestamptz(3) not null default now(),
  changed_xid   xid8 not null default pg_current_xact_id(),
  version       integer not null default 1,
  search        tsvector not null default '',
  constraint error_when_failed check ((status in ('failed', 'quarantined')) = (error_code is not null)),
  constraint error_whole check ((error_code is null) = (error_message is null)),
  constraint ready_when_ready check (status <> 'ready' or (ready_at is not null and width is not null and height is not null))
);
create index images_by_owner on images (owner, id desc);
create index images_by_owner_status on images (owner, status, id desc);
create index images_by_change on images (changed_xid);
create index images_unfinished on images (changed_at) where status in ('queued', 'processing');
create index images_expiring on images (expires_at) where expires_at is not null;
create index images_search on images using gin (search);

create table variants (
  image_id       uuid not null references images (id) on delete cascade,
  owner          text not null,
  name           text not null,
  format         text not null check (format in ('jpeg', 'webp', 'avif')),
  recipe_version integer not null,
  width          integer not null check (width > 0),
  height         integer not null check (height > 0),
  bytes          bigint not null check (bytes > 0),
  created_at     timestamptz(3) not null default now(),
  primary key (image_id, name, format)
);

-- What was deleted: for event streams that resume, and until the bytes are gone from storage.
create table deletions (
  image_id         uuid primary key,
  owner            text not null,
  deleted_at       timestamptz(3) not null default now(),
  deleted_xid      xid8 not null default pg_current_xact_id(),
  bytes_removed_at timestamptz(3)
);
create index deletions_by_change on deletions (deleted_xid);
create index deletions_with_bytes on deletions (deleted_at) where bytes_removed_at is null;

-- Deletions before this position have been forgotten; a stream that resumes before it must reload. It never
-- passes the oldest transaction that still runs (of any database of the server), else no position would be known.
create table change_floor (
  only_row boolean primary key default true check (only_row),
  position xid8 not null
);
insert into change_floor (position) values (pg_snapshot_xmin(pg_current_snapshot()));

create table sessions (
  id_hash    bytea primary key,
  owner      text not null,
  scopes     text[] not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);
create index sessions_by_expiry on sessions (expires_at);

create table idempotency_keys (
  owner        text not null,
  key          text not null,
  claim        uuid not null,
  locked_until timestamptz(3) not null,
  fingerprint  text,
  answer       jsonb,
  created_at   timestamptz(3) not null default now(),
  primary key (owner, key),
  constraint whole check ((fingerprint is null) = (answer is null))
);
create index idempotency_keys_by_age on idempotency_keys (created_at);

create function images_guard() returns trigger language plpgsql as $$
begin
  if new.id <> old.id or new.owner <> old.owner then
    raise exception 'an image keeps its id and owner' using errcode = 'DR002';
  end if;
  if new.status <> old.status and not (
       (old.status = 'queued'     and new.status in ('processing', 'failed', 'quarantined'))
    or (old.status = 'processing' and new.status in ('queued', 'ready', 'failed', 'quarantined'))
    or (old.status in ('failed', 'quarantined') and new.status = 'queued')
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
create trigger images_guard before update on images for each row execute function images_guard();

create function images_deleted() returns trigger language plpgsql as $$
begin
  insert into deletions (image_id, owner) values (old.id, old.owner);
  return old;
end $$;
create trigger images_deleted after delete on images for each row execute function images_deleted();

-- An empty payload: the listener reads what changed from the tables, so that equal wake-ups fold into one. For each
-- row and not for each statement, which would wake everybody for a statement that touched no row.
create function images_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('darkroom_changes', '');
  return null;
end $$;
create trigger images_changed after insert or update or delete on images for each row execute function images_changed();

create function sessions_ended() returns trigger language plpgsql as $$
begin
  perform pg_notify('darkroom_sessions', '');
  return null;
end $$;
create trigger sessions_ended after delete on sessions for each row execute function sessions_ended();
`,
};
