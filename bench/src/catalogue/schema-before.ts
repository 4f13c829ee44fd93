/**
 * Takes the steps of the schema from 11 on back, so that a catalogue is filled as the version before has filled it, and the
 * migration of a filled one can be measured.
 */
export const SCHEMA_BEFORE = /* sql */ `
drop function images_recorded, variants_counted, variants_recounted cascade;
drop table image_words, backfills, owner_totals, tag_totals, owner_changes;
drop function image_terms, image_key, image_slice;
delete from schema_migrations where id >= 11;
create index if not exists images_search on images using gin (search);
create index if not exists images_tags on images using gin (tags)`;
