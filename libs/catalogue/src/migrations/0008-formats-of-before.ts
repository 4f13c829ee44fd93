import type { Migration } from './migration.js';

/**
 * Finds images that a version before `pending_formats` made ready and that never got their WebP (its job was lost): nothing
 * else would find them. Changes nothing where WebP is not made at all. A WebP that cannot be made is given up again.
 */
export const formatsOfBefore: Migration = {
  id: 8,
  name: 'formats of before',
  sql: /* sql */ `
insert into pending_formats (image_id, format)
  select i.id, 'webp' from images i
  where i.status = 'ready' and exists (select from variants where format = 'webp')
    and not exists (select from variants v where v.image_id = i.id and v.format = 'webp')
  on conflict do nothing;
`,
};
