import sharp from 'sharp';

let profile: Promise<Buffer | null> | undefined;

/** Returns the Display P3 profile of libvips, to embed in drawn pictures. */
export function displayP3(): Promise<Buffer | null> {
  profile ??= extract();
  return profile;
}

async function extract(): Promise<Buffer | null> {
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } });
  const tagged = await pixel.withIccProfile('p3').png().toBuffer();
  return (await sharp(tagged).metadata()).icc ?? null;
}
