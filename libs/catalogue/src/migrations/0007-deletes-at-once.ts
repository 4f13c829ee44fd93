import type { Migration } from './migration.js';

/**
 * Fixes two images of one upload that are deleted at the same moment: both deletes saw the other image in the answer kept
 * for the key, neither removed the answer, and the later delete, which should have left an empty answer, failed.
 */
export const deletesAtOnce: Migration = {
  id: 7,
  name: 'deletes at once',
  sql: /* sql */ `
create or replace function images_deleted() returns trigger language plpgsql as $$
begin
  insert into deletions (image_id, owner) values (old.id, old.owner);
  -- Waits for a concurrent delete of another image of the answer; each statement after it sees the result.
  perform 1 from idempotency_keys
    where jsonb_path_query_array(answer, '$.images[*].id') @> to_jsonb(old.id::text) for update;
  if not found then
    return old;
  end if;
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
`,
};
