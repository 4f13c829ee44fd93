import sharp from 'sharp';

/** Display P3 in ITU-T H.273: the only wide gamut that phones write without an ICC profile. */
export const P3_PRIMARIES = 12;

let profile: Promise<Buffer | null> | undefined;

/** Returns the Display P3 profile of libvips, for pictures that name this colour space only by its number. */
export function displayP3(): Promise<Buffer | null> {
  profile ??= extract();
  return profile;
}

async function extract(): Promise<Buffer | null> {
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } });
  const tagged = await pixel.withIccProfile('p3').png().toBuffer();
  return (await sharp(tagged).metadata()).icc ?? null;
}
