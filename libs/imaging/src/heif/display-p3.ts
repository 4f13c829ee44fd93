import sharp from 'sharp';

/** Display P3 in ITU-T H.273: the one wide gamut that phones write without an ICC profile. */
export const P3_PRIMARIES = 12;

let profile: Promise<Buffer | null> | undefined;

/** The ICC profile of Display P3 that libvips carries, in case a picture names that colour space by number alone. */
export function displayP3(): Promise<Buffer | null> {
  profile ??= extract();
  return profile;
}

async function extract(): Promise<Buffer | null> {
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } });
  const tagged = await pixel.withIccProfile('p3').png().toBuffer();
  return (await sharp(tagged).metadata()).icc ?? null;
}
