import { testDatabase } from '@darkroom/testing';
import { expect, it } from 'vitest';
import { imageIdAt } from '../testing/create-new-image.js';
import { connect } from '../testing/test-catalogue.js';
import { formatsOfBefore } from './0008-formats-of-before.js';
import { migrations } from './migrate.js';

it('records which older images lack WebP, where WebP is made', async () => {
  const database = await testDatabase();
  const sql = await connect(database.url);
  for (const step of migrations.slice(0, 4)) await sql.query(step.sql);
  const [lacking, whole, failed] = [1, 2, 3].map((second) => imageIdAt(new Date(second * 1_000)));
  await sql.query(
    `insert into images (id, owner, status, error_code, error_message, filename, content_type, bytes, sha256, created_at, ready_at, width, height)
     select id, 'ada', case when id = $2 then 'failed' else 'ready' end, case when id = $2 then 'internal' end,
            case when id = $2 then 'x' end, 'x', 'image/jpeg', 1, repeat('ab', 32), now(), now(), 1, 1
     from unnest($1::uuid[]) id`,
    [[lacking, whole, failed], failed],
  );
  const variant = `insert into variants (image_id, owner, name, format, recipe_version, width, height, bytes) values ($1, 'ada', 'small', $2, 1, 1, 1, 1)`;
  for (const id of [lacking, whole]) await sql.query(variant, [id, 'jpeg']);
  const pending = async () => (await sql.query('select image_id, format from pending_formats')).rows;
  for (const step of migrations.slice(4, 8)) await sql.query(step.sql);
  expect(await pending()).toEqual([]);
  await sql.query(variant, [whole, 'webp']);
  await sql.query(formatsOfBefore.sql);
  expect(await pending()).toEqual([{ image_id: lacking, format: 'webp' }]);
  await sql.end();
  await database.drop();
});
