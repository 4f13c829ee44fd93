import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNewImage } from '../testing/create-new-image.js';
import { openTestCatalogue, type TestCatalogue } from '../testing/test-catalogue.js';

let test: TestCatalogue;
beforeAll(async () => {
  test = await openTestCatalogue();
});
afterAll(() => test.close());

it('changes nothing in a database that was always on this server', async () => {
  const image = createNewImage();
  const [before] = await test.catalogue.images.insert([image]);
  await test.catalogue.migrate();
  expect(await test.catalogue.images.get('ada', image.id)).toEqual(before);
});

it('repairs the feed of a dump that was restored on a server with lower transaction ids', async () => {
  const { images, changes } = test.catalogue;
  const [kept, deleted] = [createNewImage({ owner: 'bob' }), createNewImage({ owner: 'bob' })];
  await images.insert([kept, deleted]);
  await images.delete('bob', deleted.id);
  // A restore copies rows unchanged, without triggers.
  await test.sql.query(`
    set session_replication_role = replica;
    update images set changed_xid = '4000000000';
    update deletions set deleted_xid = '4000000001';
    update change_floor set position = '3999999999';
    reset session_replication_role`);
  expect(await changes.since(await changes.position())).toBeNull();

  expect(await test.catalogue.migrate()).toEqual([]);

  const position = await changes.position();
  const { rows } = await test.sql.query<{ xid: string }>(
    'select changed_xid::text as xid from images union select deleted_xid::text from deletions',
  );
  for (const { xid } of rows) expect(BigInt(xid)).toBeLessThan(BigInt(position));
  await images.update('bob', kept.id, { title: 'x' });
  const answer = await changes.since(position, { owner: 'bob' });
  expect(answer?.images.map((image) => image.id)).toEqual([kept.id]);
  expect(answer?.deletions).toEqual([]);
  expect(await changes.since('4000000002')).toBeNull();
});
