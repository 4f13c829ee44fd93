import { drawJpeg } from '@darkroom/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { Client } from './testing/client.js';
import type { EventReader } from './testing/event-reader.js';
import { expectWhole, isComplete } from './testing/expect-whole.js';
import { type Stack, useStack } from './testing/stack.js';

describe('two apis on one empty database', () => {
  const stack = useStack({ apis: 2, settings: { DARKROOM_LAME_DUCK_SECONDS: '60' } });
  let picture: Buffer;
  beforeAll(async () => {
    picture = await drawJpeg({ width: 600, height: 400 });
  });

  it('both start at once, and only one process migrates the schema', () => {
    const { apis, workers } = stack();
    const migrations = [...apis, ...workers].filter(({ log }) =>
      log.includes('the database schema is now up to date'),
    );
    expect(apis).toHaveLength(2);
    expect(migrations).toHaveLength(1);
  });

  it('a stream at one api shows an upload to the other, and the links open at both', async () => {
    const { a, b } = clients(stack());
    const events = await a.events();
    const { id } = await b.upload(picture, 'from-b.jpg');
    const image = await events.image(id, isComplete);
    expect(image).toEqual(await b.image(id));
    await expectWhole(a, image);
    await expectWhole(b, image);
    events.close();
  });

  it('a stream that broke at one api resumes at the other without a gap', async () => {
    const { a, b } = clients(stack());
    const before = await a.events();
    const kept = await a.upload(picture, 'kept.jpg');
    const gone = await a.upload(picture, 'gone.jpg');
    for (const { id } of [kept, gone]) await before.image(id, isComplete);
    before.close();

    const missed = await a.upload(picture, 'missed.jpg');
    expect((await b.request(`/api/images/${gone.id}`, { method: 'DELETE' })).status).toBe(204);
    const title = {
      method: 'PATCH',
      body: '{"title":"Seen late"}',
      headers: { 'content-type': 'application/json' },
    };
    expect((await a.request(`/api/images/${kept.id}`, title)).status).toBe(200);

    const after = await b.events(before.lastEventId);
    await seesAll(after, missed.id, kept.id, gone.id);
    expect(after.events.map(({ name }) => name)).not.toContain('reset');
    after.close();
  });

  it('a position from another database makes the stream send a reset', async () => {
    const { b } = clients(stack());
    const events = await b.events('9000000000000000000');
    await events.until(({ events: all }) => all.some(({ name }) => name === 'reset'));
    expect(events.events[0]?.name).toBe('reset');
    events.close();
  });

  it('an api reports not ready after SIGTERM, still answers requests, and exits when none arrive', async () => {
    const { a, b } = clients(stack());
    const leaving = stack().apis[1];
    leaving?.kill('SIGTERM');
    while ((await b.request('/readyz')).status !== 503);
    const { id } = await b.upload(picture, 'late.jpg');
    expect((await b.request('/healthz')).status).toBe(200);
    expect(await leaving?.exited).toEqual({ code: 0, signal: null });
    expect((await a.request('/readyz')).status).toBe(200);
    expect((await a.image(id)).filename).toBe('late.jpg');
  });
});

function clients({ apis }: Stack): { a: Client; b: Client } {
  const [a, b] = apis.map(({ url }) => new Client(url));
  if (a === undefined || b === undefined) throw new Error('expected two apis');
  return { a, b };
}

async function seesAll(events: EventReader, missed: string, kept: string, gone: string): Promise<void> {
  await events.image(missed, isComplete);
  await events.image(kept, ({ title }) => title === 'Seen late');
  await events.until(({ deleted }) => deleted.has(gone));
}
