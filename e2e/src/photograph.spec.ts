import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Image, variantFormats } from '@darkroom/contracts';
import {
  colourAt,
  drawAvif,
  drawGif,
  drawJpeg,
  drawPng,
  drawTiff,
  drawWebp,
  inspectPicture,
} from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventReader } from './testing/event-reader.js';
import { expectWhole, isComplete, SIZES, variantBytes } from './testing/expect-whole.js';
import { useStack } from './testing/stack.js';

describe('a photograph', () => {
  const stack = useStack({ workers: 0, settings: { DARKROOM_FORMATS: variantFormats.join(',') } });

  it('goes from queued to ready, and every link opens the right picture, upright, in each format', async () => {
    const { client, start } = stack();
    const events = await client.events();
    const photo = await drawSideways();
    const accepted = await client.upload(photo, 'Überblick.JPG');
    expect(accepted).toMatchObject({
      status: 'queued',
      filename: 'Überblick.JPG',
      contentType: 'image/jpeg',
      bytes: photo.length,
      variants: [],
    });
    // The stream tells states, not steps: had a worker been there, the first ones could come as one event.
    await events.image(accepted.id, ({ status }) => status === 'queued');
    await start('worker');
    const image = await events.image(accepted.id, (now) => isComplete(now, variantFormats));
    expect(events.statuses(image.id)).toEqual(['queued', 'processing', 'ready']);
    expect(image).toEqual(await client.image(image.id));
    expect({ width: image.width, height: image.height }).toEqual({ width: 2000, height: 3000 });
    await expectWhole(client, image, variantFormats);
    for (const format of variantFormats) {
      await expectTurned(await variantBytes(client, image, 'large', format));
    }
    events.close();
  });
});

/** A photograph whose camera was held upright: its pixels lie on their side, and its EXIF block says so. */
async function drawSideways(): Promise<Buffer> {
  const photo = await drawJpeg({
    width: 3000,
    height: 2000,
    orientation: 6,
    exif: {
      IFD0: { Copyright: 'Ada Lovelace', Make: 'Camera Obscura' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    },
  });
  const { orientation, metadata } = await inspectPicture(photo);
  expect(orientation).toBe(6);
  expect(metadata).toContain('Camera Obscura');
  return photo;
}

async function expectTurned(variant: Buffer): Promise<void> {
  const { metadata } = await inspectPicture(variant);
  expect(metadata).toContain('Ada Lovelace');
  expect(metadata).not.toMatch(/GPS|Camera Obscura/);
  // Orientation 6 turns the stored left edge (dark red) to the top and the stored bottom (bright green) to the left.
  const [top, bottom] = [await colourAt(variant, 0.1, 0.05), await colourAt(variant, 0.1, 0.95)];
  const [left, right] = [await colourAt(variant, 0.05, 0.1), await colourAt(variant, 0.95, 0.1)];
  expect(bottom[0] - top[0]).toBeGreaterThan(60);
  expect(left[1] - right[1]).toBeGreaterThan(60);
}

describe('pictures of all kinds', () => {
  const stack = useStack();
  let events: EventReader;
  beforeAll(async () => {
    events = await stack().client.events();
  });
  afterAll(() => events?.close());

  /** Uploads a picture and follows it to its end. */
  async function develop(bytes: Uint8Array, name: string): Promise<Image> {
    const { id } = await stack().client.upload(bytes, name);
    return events.image(id, isComplete);
  }

  const size = { width: 900, height: 600 };
  it.each([
    ['image/jpeg', () => drawJpeg(size)],
    ['image/jpeg', () => drawJpeg({ ...size, icc: 'p3' })],
    ['image/png', () => drawPng({ ...size, alpha: true })],
    ['image/webp', () => drawWebp({ ...size, alpha: true })],
    ['image/gif', () => drawGif({ width: 300, height: 200, frames: 1 })],
    ['image/avif', () => drawAvif(size)],
    ['image/tiff', () => drawTiff(size)],
  ])('%s is taken, told by its content', async (contentType, draw) => {
    const { client } = stack();
    const image = await develop(await draw(), 'no-extension');
    expect(image.contentType).toBe(contentType);
    await expectWhole(client, image);
    const isTransparent = contentType === 'image/png' || contentType === 'image/webp';
    const webp = await inspectPicture(await variantBytes(client, image, 'medium', 'webp'));
    expect(webp.hasAlpha).toBe(isTransparent);
  });

  it('an animation still moves as WebP, and is its first frame as JPEG', async () => {
    const { client } = stack();
    const image = await develop(await drawGif({ width: 400, height: 240, frames: 5 }), 'moving.gif');
    await expectWhole(client, image);
    expect({ width: image.width, height: image.height }).toEqual({ width: 400, height: 240 });
    for (const name of SIZES) {
      const [webp, jpeg] = await Promise.all(
        ['webp', 'jpeg'].map(async (format) =>
          inspectPicture(await variantBytes(client, image, name, format)),
        ),
      );
      expect({ webp: webp?.frames, jpeg: jpeg?.frames }).toEqual({ webp: 5, jpeg: 1 });
    }
  });

  it('a broken picture fails with its code, and the next one is processed', async () => {
    const whole = await drawJpeg(size);
    const broken = await develop(whole.subarray(0, whole.length / 2), 'half.jpg');
    expect(broken).toMatchObject({ status: 'failed', error: { code: 'corrupt_image' }, variants: [] });
    await expectWhole(stack().client, await develop(whole, 'whole.jpg'));
  });

  /** Pictures of sharp's own tests, which stand beside the project on some machines. */
  const SHARED = new URL('../../../shared/images/', import.meta.url);
  const shared = (name: string): Promise<Buffer> => readFile(new URL(name, SHARED));

  describe.skipIf(!existsSync(SHARED))('the shared pictures', () => {
    it('every photograph becomes ready, in the sizes and formats of the design', async () => {
      const names = readdirSync(new URL('photos/', SHARED));
      const images = await Promise.all(
        names.map(async (name) => develop(await shared(`photos/${name}`), name)),
      );
      expect(images.length).toBeGreaterThan(10);
      for (const image of images) await expectWhole(stack().client, image);
    });

    it.each([
      ['truncated.jpg', 'corrupt_image'],
      ['corrupt-header.jpg', 'corrupt_image'],
      ['65536-uint32-limit.png', 'too_many_pixels'],
    ])('%s fails with %s, and the worker processes the next one', async (name, code) => {
      const failed = await develop(await shared(`hostile/${name}`), name);
      expect(failed).toMatchObject({ status: 'failed', error: { code }, variants: [] });
      await expectWhole(stack().client, await develop(await drawJpeg(size), 'next.jpg'));
    });

    it.each(['circle.svg', 'struct-image-04-t.svg'])('%s is refused at the door', async (name) => {
      const { client } = stack();
      const answer = await client.post([{ name, bytes: await shared(`hostile/${name}`) }]);
      expect(answer.status).toBe(415);
      expect(await client.problem(answer)).toMatchObject({ code: 'unsupported_media_type' });
    });
  });
});
