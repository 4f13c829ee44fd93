/** Owner of a tenth of all pictures. */
export const LARGE_OWNER = 'large';
/** The other pictures belong to up to this many owners, distributed by Zipf's law: the last ones have one picture each. */
const OWNERS = 100_000;
const WORDS = 50_000;
const TAGS = 3_000;

/** The word with this place in the order of frequency, from 1: five letters. */
export const wordAt = (place: number): string => lettersOf(place, 5, 0xfffff);
/** The tag with this place in the order of frequency, from 1: four letters. */
export const tagAt = (place: number): string => lettersOf(place, 4, 0xffff);
/** A tag that only the oldest twentieth of the pictures has, there every second one. */
export const OLD_TAG = 'years ago';

const HEX = '0123456789abcdef';
const LETTERS = 'aeioubdgklmnprst';
/** Odd, so that the product modulo a power of two is different for every place, and words of any frequency share prefixes. */
const SPREAD = 40_503;

function lettersOf(place: number, length: number, mask: number): string {
  const hex = ((place * SPREAD) & mask).toString(16).padStart(length, '0');
  return [...hex].map((digit) => LETTERS[HEX.indexOf(digit)]).join('');
}

/** Functions of the number of a picture. They need no table, so that pictures and variants can be made side by side. */
export const FUNCTIONS = /* sql */ `
create schema bench;
-- Evenly distributed from 0 to below 1, the same for the same number and seed.
create function bench.share(n bigint, seed bigint) returns float8 language sql immutable parallel safe
  return (hashint8extended(n, seed) & 2147483647)::float8 / 2147483648;
-- Zipf's law: the place k has a probability of about 1 / (k ln of the count).
create function bench.place(n bigint, seed bigint, count float8) returns bigint language sql immutable parallel safe
  return floor(power(count, bench.share(n, seed)))::bigint;
create function bench.owner(n bigint) returns text language sql immutable parallel safe
  return case when bench.share(n, 1) < 0.1 then '${LARGE_OWNER}' else 'owner-' || bench.place(n, 2, ${OWNERS}) end;
create function bench.word(n bigint, seed bigint) returns text language sql immutable parallel safe
  return translate(lpad(to_hex((bench.place(n, seed, ${WORDS}) * ${SPREAD}) & 1048575), 5, '0'), '${HEX}', '${LETTERS}');
create function bench.tag(n bigint, seed bigint) returns text language sql immutable parallel safe
  return translate(lpad(to_hex((bench.place(n, seed, ${TAGS}) * ${SPREAD}) & 65535), 4, '0'), '${HEX}', '${LETTERS}');
-- Milliseconds since 1970: the pictures of two years, the last one ten minutes old.
create function bench.born(n bigint, total bigint, until bigint) returns bigint language sql immutable parallel safe
  return until - (total - n) * (63072000000 / total);
-- A UUIDv7 of that time.
create function bench.id(n bigint, total bigint, until bigint) returns uuid language sql immutable parallel safe
  return overlay(overlay(lpad(to_hex(bench.born(n, total, until)), 12, '0') || substr(md5(n::text), 13)
    placing '7' from 13) placing '8' from 17)::uuid;
`;

/** Pictures of one upload: they have the same owner, texts and tags. */
export const PER_UPLOAD = 10;

/** Draws $2 uploads, numbered from 0; the oldest twentieth has {@link OLD_TAG} in every second one. */
export const DRAW_UPLOADS = /* sql */ `
create unlogged table bench.uploads as
select n, bench.owner(n) as owner, array_to_string(words[1:3], ' ') as title,
       case when array_length(words, 1) > 3 then array_to_string(words[4:], ' ') end as caption, tags,
       case when bench.share(n, 3) < 0.01 then 'failed' when bench.share(n, 3) < 0.011 then 'quarantined' else 'ready' end as status,
       array_to_tsvector(words || string_to_array(array_to_string(tags, ' '), ' ') || array['img', (n % 10000)::text, 'jpg']) as search
from generate_series(0, $1::bigint - 1) n
cross join lateral (select array_agg(bench.word(n, 10 + j)) as words
                    from generate_series(1, 2 + (bench.share(n, 4) * 14)::int) j) w
cross join lateral (select coalesce(array_agg(distinct bench.tag(n, 30 + j)), '{}')
                           || case when n < $1 / 20 and n % 2 = 0 then array['${OLD_TAG}'] else '{}' end as tags
                    from generate_series(1, (power(bench.share(n, 5), 2) * 6)::int) j) t`;

/** The pictures of the uploads from $1 to $2, of $3 pictures in all, the last one born at $4. */
const PICTURES = /* sql */ `bench.uploads u cross join generate_series(1, ${PER_UPLOAD}) part
cross join lateral (select bench.id(n * ${PER_UPLOAD} + part, $3::bigint, $4::bigint) as id,
                           bench.born(n * ${PER_UPLOAD} + part, $3, $4) as born offset 0) p
where n between $1::bigint and $2::bigint`;

/** Inserts the pictures of the uploads from $1 to $2. */
export const INSERT_IMAGES = /* sql */ `
insert into images (id, owner, status, error_code, error_message, filename, content_type, bytes, sha256, width, height,
                    thumbhash, facts, title, caption, tags, created_at, ready_at, failed_at, expires_at, changed_at, search)
select id, owner, status, case when status <> 'ready' then 'corrupt_image' end,
       case when status <> 'ready' then 'The file is damaged.' end, 'IMG_' || n % 10000 || '.jpg', 'image/jpeg',
       500000 + n % 4000000, md5(id::text) || md5(n::text),
       case when status = 'ready' then 4032 end, case when status = 'ready' then 3024 end,
       case when status = 'ready' then 'DVgGDwIoh3iPd3dwd4eIh5iAeAiH' end,
       case when status = 'ready' then '{"takenAt":"2026-07-01T18:30:00+02:00","camera":"Camera 50","colourProfile":null,"frames":1,"dominantColour":"#10a0ff"}'::jsonb end,
       title, caption, tags, to_timestamp(born / 1000.0),
       case when status = 'ready' then to_timestamp(born / 1000.0 + 2) end,
       case when status <> 'ready' then to_timestamp(born / 1000.0 + 2) end,
       case when n % 50 = 0 then now() + interval '1 year' end, to_timestamp(born / 1000.0), search
from ${PICTURES}`;

/** Inserts their variants: the sizes of the recipe, as JPEG and WebP. */
export const INSERT_VARIANTS = /* sql */ `
insert into variants (image_id, owner, name, format, recipe_version, width, height, bytes, created_at)
select id, owner, size.name, format.name, 1, size.width, size.width * 3 / 4,
       size.width * (100 + n % 50), to_timestamp(born / 1000.0)
from (select id, owner, n, born from ${PICTURES} and status = 'ready' offset 0) i
cross join (values ('thumbnail', 150), ('small', 320), ('medium', 800), ('large', 1600)) size (name, width)
cross join (values ('jpeg'), ('webp')) format (name)`;
