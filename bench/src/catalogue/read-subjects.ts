import { queryDatabase } from '@darkroom/testing';
import type { Subject } from './lanes.js';
import { LARGE_OWNER } from './vocabulary.js';

const COUNT = 500;

/** Draws pictures at random times: of any owner, and of the large one. */
export async function readSubjects(url: string): Promise<{ any: Subject[]; large: Subject[] }> {
  const draw = async (next: string): Promise<Subject[]> =>
    (await queryDatabase(
      url,
      `with span as (select extract(epoch from min(created_at)) * 1000 as first, extract(epoch from max(created_at)) * 1000 as last
         from ((select created_at from images order by id limit 1) union all (select created_at from images order by id desc limit 1)) ends)
       select i.id, i.owner from (
         select (lpad(to_hex((first + random() * (last - first))::bigint), 12, '0') || '70008000000000000000')::uuid as place
         from span, generate_series(1, ${COUNT})) p
       cross join lateral (select id, owner from images where ${next} limit 1) i`,
    )) as Subject[];
  return {
    any: await draw('id > place order by id'),
    large: await draw(`owner = any(array['${LARGE_OWNER}']) and id > place order by owner desc, id`),
  };
}
