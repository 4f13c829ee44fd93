import { crc32 } from 'node:zlib';
import { type Image, variantFormats } from '@darkroom/contracts';
import {
  colourAt,
  drawAvif,
  drawGif,
  drawJpeg,
  drawLandscape,
  drawPng,
  drawTiff,
  drawWebp,
  givenPictures,
  inspectPicture,
  scenes,
} from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventReader } from './testing/event-reader.js';
import { expectWhole, isComplete, SIZES, variantBytes } from './testing/expect-whole.js';
import { useStack } from './testing/stack.js';

const CIRCLE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"><circle cx="45" cy="45" r="40"/></svg>';
const given = await givenPictures('given photographs through the platform');

describe('a photograph', () => {
  const stack = useStack({ workers: 0, settings: { DARKROOM_FORMATS: variantFormats.join(',') } });

  it('goes from queued to ready, and every link opens the correct picture, upright, in each format', async () => {
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
    // The stream sends the latest state, so with a worker running, the first states could arrive as one event.
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

/** A portrait photograph: its pixels are stored sideways, and its EXIF orientation is 6. */
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

  /** Uploads a picture and waits until its processing ends. */
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
  ])('%s is accepted and recognised by its content', async (contentType, draw) => {
    const { client } = stack();
    const image = await develop(await draw(), 'no-extension');
    expect(image.contentType).toBe(contentType);
    await expectWhole(client, image);
    const isTransparent = contentType === 'image/png' || contentType === 'image/webp';
    const webp = await inspectPicture(await variantBytes(client, image, 'medium', 'webp'));
    expect(webp.hasAlpha).toBe(isTransparent);
  });

  it('an animation stays animated as WebP, and its JPEG is the first frame', async () => {
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

  it('many landscapes at once become ready, in all sizes and formats', async () => {
    const images = await Promise.all(
      scenes.map(async (scene) =>
        develop(await drawLandscape({ scene, width: 1800, height: 1200, seed: 9 }), `${scene}.jpg`),
      ),
    );
    for (const image of images) await expectWhole(stack().client, image);
  });

  it.each(given)('the given photograph $name becomes ready', async ({ name, read }) => {
    await expectWhole(stack().client, await develop(await read(), name));
  });

  it.each([
    ['truncated.jpg', 'corrupt_image', async () => (await drawJpeg(size)).subarray(0, 20_000)],
    ['corrupt-header.jpg', 'corrupt_image', async () => breakHeader(await drawJpeg(size))],
    ['huge.png', 'too_many_pixels', async () => enlargeHeader(await drawPng(size))],
  ])('%s fails with %s, and the worker processes the next one', async (name, code, draw) => {
    const failed = await develop(await draw(), name);
    expect(failed).toMatchObject({ status: 'failed', error: { code }, variants: [] });
    await expectWhole(stack().client, await develop(await drawJpeg(size), 'next.jpg'));
  });

  it.each([
    ['circle.svg', CIRCLE],
    ['declared.svg', `<?xml version="1.0" standalone="no"?>\n<!-- a drawing -->\n${CIRCLE}`],
  ])('%s becomes ready', async (name, svg) => {
    const image = await develop(Buffer.from(svg), name);
    expect(image).toMatchObject({ status: 'ready', contentType: 'image/svg+xml', width: 90, height: 90 });
  });

  it('a page with an SVG in it is refused with 415', async () => {
    const { client } = stack();
    const page = Buffer.from(`<!doctype html><html><body>${CIRCLE}</body></html>`);
    const answer = await client.post([{ name: 'circle.svg', bytes: page }]);
    expect(answer.status).toBe(415);
    expect(await client.problem(answer)).toMatchObject({ code: 'unsupported_media_type' });
  });
});

/** A JPEG with overwritten tables. Its first bytes still identify it as a JPEG. */
function breakHeader(jpeg: Buffer): Buffer {
  return Buffer.from(jpeg).fill(0xff, 20, 600);
}

/** A PNG whose header claims 65,535 pixels on each side, with a valid checksum. */
function enlargeHeader(png: Buffer): Buffer {
  const enlarged = Buffer.from(png);
  enlarged.writeUInt32BE(65_535, 16);
  enlarged.writeUInt32BE(65_535, 20);
  enlarged.writeUInt32BE(crc32(enlarged.subarray(12, 29)), 29);
  return enlarged;
}
