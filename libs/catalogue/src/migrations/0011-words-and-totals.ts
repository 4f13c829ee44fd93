import type { Migration } from './migration.js';

const WORDS = /* sql */ `
-- In the order of the writers: images first.
lock table images, variants in share row exclusive mode;

-- A slice of time is 2^30 ms, which is 12.4 days: the first 32 of the 48 bits of a UUIDv7's milliseconds, less 14.
create function image_slice(id uuid) returns bigint language sql immutable parallel safe
  return ('x' || left(id::text, 8))::bit(32)::bigint >> 14;

-- The slice first: what arrives now is written into one small part of the index, which stays in memory.
create function image_key(owner text, slice bigint) returns text language sql immutable parallel safe
  return lpad(to_hex(slice), 5, '0') || left(md5(owner), 6);

-- Each word behind the key, and each tag that is not a word, such as one with a space, behind the key and a number sign.
-- Joining and splitting a text takes a third of the time of a query over the array.
create function image_terms(owner text, id uuid, search tsvector, tags text[]) returns tsvector
language plpgsql immutable parallel safe as $$
declare
  key constant text := image_key(owner, image_slice(id));
  words constant text[] := tsvector_to_array(search);
  terms text[] := words;
  tag text;
begin
  foreach tag in array tags loop
    if tag <> all (words) then terms := terms || ('#' || replace(tag, chr(1), '')); end if;
  end loop;
  return case when terms = '{}' then ''
    else array_to_tsvector(string_to_array(key || array_to_string(terms, chr(1) || key), chr(1))) end;
end $$;

-- No foreign key: its check would lock each image that the backfill reads. A trigger deletes.
create table image_words (
  image_id uuid primary key,
  terms    tsvector not null
);
-- A short list of pending entries, in kB: each slice that a query asks reads all of it.
create index image_words_terms on image_words using gin (terms) with (gin_pending_list_limit = 64);

-- The work on rows that are older than a step: how far it is, and when it was complete.
create table backfills (
  name    text primary key,
  after   uuid,
  done_at timestamptz(3)
);`;

const TOTALS = /* sql */ `
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
  when (old.bytes <> new.bytes) execute function variants_recounted();`;

const IMAGES = /* sql */ `
create function images_recorded() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    insert into owner_changes (owner, pictures, picture_bytes, tags, tag_count)
      values (old.owner, -1, -old.bytes, old.tags, -1);
  end if;
  if tg_op = 'DELETE' then
    delete from image_words where image_id = old.id;
    return null;
  end if;
  insert into owner_changes (owner, pictures, picture_bytes, tags, tag_count)
    values (new.owner, 1, new.bytes, new.tags, 1);
  insert into image_words (image_id, terms) values (new.id, image_terms(new.owner, new.id, new.search, new.tags))
    on conflict (image_id) do update set terms = excluded.terms;
  return null;
end $$;
create trigger images_recorded after insert or delete on images for each row execute function images_recorded();
create trigger images_rerecorded after update on images for each row
  when (old.search <> new.search or old.tags <> new.tags or old.bytes <> new.bytes)
  execute function images_recorded();`;

/**
 * The search terms of images in a separate table, which changes of an image's state do not touch, and running totals of
 * each owner: pictures, variants, their bytes, and the tags in use (docs/decisions/0035).
 *
 * Triggers write both, so that a process of the version before does so too. Differences of totals are appended to
 * `owner_changes`, so that no two writers wait for the same row; the reconciler folds them into the totals. A total is what
 * has been folded and what has not. `backfill.ts` adds the rows that exist already.
 */
export const wordsAndTotals: Migration = {
  id: 11,
  name: 'words and totals',
  sql: `${WORDS}\n${TOTALS}\n${IMAGES}`,
};
