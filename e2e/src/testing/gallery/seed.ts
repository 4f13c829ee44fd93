import { Image, UploadAnswer } from '@darkroom/contracts';
import { isComplete } from '../expect-whole.js';
import type { Stack } from '../stack.js';
import { photo } from './pictures.js';

export interface Seed {
  name: string;
  /** The file; a small photograph by default. */
  bytes?: Buffer;
  title?: string;
  caption?: string;
  tags?: string[];
}

/** Uploads photographs through the api and waits until all their variants exist. The last one is the newest. */
export async function seed({ client }: Stack, ...seeds: Seed[]): Promise<Image[]> {
  const ids: string[] = [];
  for (const [index, { name, bytes, title, caption, tags }] of seeds.entries()) {
    const form = new FormData();
    const buffer = bytes ?? (await photo(index + 1)).buffer;
    form.append('file', new Blob([new Uint8Array(buffer)]), name);
    for (const [field, value] of Object.entries({ title, caption, tags: tags?.join(',') })) {
      if (value !== undefined) form.append(field, value);
    }
    const answer = await client.request('/api/images', { method: 'POST', body: form });
    ids.push(...UploadAnswer.parse(await answer.json()).items.map(({ id }) => id));
  }
  return Promise.all(ids.map((id) => waitForAllVariants(client, id)));
}

async function waitForAllVariants(client: Stack['client'], id: string): Promise<Image> {
  const events = await client.request(`/api/images/${id}/events`);
  for await (const image of imagesOf(events)) if (isComplete(image)) return image;
  throw new Error(`the events of ${id} ended`);
}

/** Every state in a stream of events. Leaving the loop closes the stream. */
async function* imagesOf(events: Response): AsyncGenerator<Image> {
  let text = '';
  if (events.body === null) return;
  const decoder = new TextDecoder();
  for await (const chunk of events.body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: {"id"'));
      if (data !== undefined && block.includes('event: image')) yield Image.parse(JSON.parse(data.slice(6)));
    }
  }
}

/** Changes a ready picture to one in processing, which no worker processes or takes over. */
export async function makeProcessing({ database }: Stack, id: string): Promise<void> {
  await database.query('alter table images disable trigger images_guard');
  await database.query('delete from variants where image_id = $1', [id]);
  await database.query(
    `update images set status = 'processing', ready_at = null, width = null, height = null, thumbhash = null,
       facts = null, changed_at = now() + interval '1 hour' where id = $1`,
    [id],
  );
  await database.query('alter table images enable trigger images_guard');
}

/** Changes a ready picture to a failed one. Its original stays as it is, so a retry succeeds. */
export async function makeFailed(
  { database }: Stack,
  id: string,
  error: { status: 'failed' | 'quarantined'; code: string; message: string },
): Promise<void> {
  const { status, code, message } = error;
  await database.query('alter table images disable trigger images_guard');
  await database.query('delete from variants where image_id = $1', [id]);
  await database.query(
    `update images set status = $2, error_code = $3, error_message = $4, ready_at = null, failed_at = now(),
       width = null, height = null, thumbhash = null, facts = null where id = $1`,
    [id, status, code, message],
  );
  await database.query('alter table images enable trigger images_guard');
}
