import type { Migration } from './migration.js';

/**
 * The search terms of images in a separate table, which changes of an image's state do not touch (docs/decisions/0035).
 * Triggers write them, so that a process of the version before does so too. `backfill-words.ts` adds those of the images
 * that exist already.
 */
export const words: Migration = {
  id: 11,
  name: 'words',
  sql: /* sql */ `
-- A slice of time is 2^30 ms, which is 12.4 days: the first 32 of the 48 bits of a UUIDv7's milliseconds, less 14.
create function image_slice(id uuid) returns bigint language sql immutable parallel safe
  return ('x' || left(id::text, 8))::bit(32)::bigint >> 14;

-- The slice first: what arrives now is written into one small part of the index, which stays in memory.
create function image_key(owner text, slice bigint) returns text language sql immutable parallel safe
  return lpad(to_hex(slice), 5, '0') || left(md5(owner), 6);

-- Each word behind the key, and each tag that is not a word, such as one with a space, behind the key and a number sign.
create function image_terms(owner text, id uuid, search tsvector, tags text[]) returns tsvector
language plpgsql immutable parallel safe as $$
declare
  key constant text := image_key(owner, image_slice(id));
  words constant text[] := tsvector_to_array(search);
begin
  return array_to_tsvector(array(
    select key || word from unnest(words) word
    union all
    select key || '#' || tag from unnest(tags) tag where tag <> all (words)));
end $$;

-- No foreign key: its check would lock each image that the backfill reads. The trigger deletes.
create table image_words (
  image_id uuid primary key,
  terms    tsvector not null
);
-- Without the list of pending entries: every query would read all of it, once for each slice.
create index image_words_terms on image_words using gin (terms) with (fastupdate = off);

-- The work on rows that are older than a step: how far it is, and when it was complete.
create table backfills (
  name    text primary key,
  after   uuid,
  done_at timestamptz(3)
);

create function images_worded() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    delete from image_words where image_id = old.id;
  else
    insert into image_words (image_id, terms) values (new.id, image_terms(new.owner, new.id, new.search, new.tags))
      on conflict (image_id) do update set terms = excluded.terms;
  end if;
  return null;
end $$;
create trigger images_worded after insert or delete on images for each row execute function images_worded();
create trigger images_reworded after update on images for each row
  when (old.search is distinct from new.search or old.tags is distinct from new.tags) execute function images_worded();
`,
};
