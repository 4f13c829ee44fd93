import { defaultFormats, defaultRecipe, type Image, type VariantFormat } from '@darkroom/contracts';
import { inspectPicture } from '@darkroom/testing';
import { expect } from 'vitest';
import type { Client } from './client.js';

export const SIZES = defaultRecipe.sizes.map(({ name }) => name);

/** Whether processing has ended: the picture failed, or has its variants in every format. */
export function isComplete({ status, variants }: Image, formats = defaultFormats): boolean {
  return status === 'failed' || (status === 'ready' && variants.length === SIZES.length * formats.length);
}

/** The expected size of a variant: the long side is limited, never enlarged, and the short side is rounded half up. */
function sizeOf(image: Image, name: string): { width: number; height: number } {
  const { width, height } = image;
  const limit = defaultRecipe.sizes.find((size) => size.name === name)?.longSide;
  if (width === null || height === null || limit === undefined) throw new Error(`no size for ${name}`);
  const scale = Math.min(1, limit / Math.max(width, height));
  const side = (full: number): number => Math.max(1, Math.floor(full * scale + 0.5));
  return { width: side(width), height: side(height) };
}

/** Opens every link of a ready picture and checks each file against its description. */
export async function expectWhole(
  client: Client,
  image: Image,
  formats: readonly VariantFormat[] = defaultFormats,
): Promise<void> {
  expect(image).toMatchObject({ status: 'ready', error: null });
  const expected = formats.flatMap((format) => SIZES.map((name) => `${name} ${format}`));
  expect(image.variants.map(({ name, format }) => `${name} ${format}`).toSorted()).toEqual(
    expected.toSorted(),
  );
  const original = await client.open(image.original.url);
  expect(original.status).toBe(200);
  expect(original.bytes.length).toBe(image.bytes);
  for (const { name, format, width, height, bytes, url } of image.variants) {
    const opened = await client.open(url);
    expect(opened.status).toBe(200);
    expect(opened.headers.get('content-type')).toBe(`image/${format}`);
    expect(opened.bytes.length).toBe(bytes);
    expect({ width, height }).toEqual(sizeOf(image, name));
    const facts = await inspectPicture(opened.bytes);
    expect(facts).toMatchObject({ format, width, height, isSrgb: true });
    // The pixels are upright, without an orientation tag.
    expect(facts.orientation ?? 1).toBe(1);
  }
}

/** The bytes of one variant. */
export async function variantBytes(
  client: Client,
  image: Image,
  name: string,
  format: string,
): Promise<Buffer> {
  const found = image.variants.find((variant) => variant.name === name && variant.format === format);
  if (found === undefined) throw new Error(`${image.filename} has no ${name} ${format}`);
  return (await client.open(found.url)).bytes;
}
