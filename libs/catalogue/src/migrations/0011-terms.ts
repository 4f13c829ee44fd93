import type { Migration } from './migration.js';

/**
 * The search terms of an image for the index `images_terms`: its words, each behind a key of its owner and of the slice of
 * time in which it was uploaded (docs/decisions/0033). Both versions that run during a deploy keep the index up to date,
 * because the function reads what both write.
 *
 * A word has only letters and digits, so the text of a tsvector needs no parser. Everything here can be inlined, which
 * makes the build of the index several times as fast.
 */
export const terms: Migration = {
  id: 11,
  name: 'terms',
  sql: /* sql */ `
create function image_slice(id uuid) returns bigint language sql immutable parallel safe
  -- The first 32 of the 48 bits of a UUIDv7's milliseconds; a slice has 2^30 ms, which is 12.4 days.
  return ('x' || left(id::text, 8))::bit(32)::bigint >> 14;

create function image_key(owner text, slice bigint) returns text language sql immutable parallel safe
  return left(md5(owner), 8) || lpad(to_hex(slice), 5, '0') || ':';

create function image_terms(owner text, id uuid, search tsvector) returns tsvector language sql immutable parallel safe
  return case when search = '' then search else (
    '''' || image_key(owner, image_slice(id))
    || substr(replace(search::text, ' ''', ' ''' || image_key(owner, image_slice(id))), 2))::tsvector end;
`,
};
