import { drawJpeg } from '@darkroom/testing';

/** A file in the form that Playwright passes to a page. */
export interface PickedFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A photograph that differs for each number. Every third one is in portrait format. */
export async function photo(number: number, name = `photo-${number}.jpg`): Promise<PickedFile> {
  const [width, height] = number % 3 === 0 ? [240, 320] : [320, 240];
  return { name, mimeType: 'image/jpeg', buffer: await drawJpeg({ width, height, seed: number }) };
}

/** `count` photographs, numbered from 1. */
export function photos(count: number): Promise<PickedFile[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => photo(index + 1)));
}

/** A file that starts like a JPEG and that no decoder can read. */
export function brokenPhoto(name = 'broken.jpg'): PickedFile {
  const buffer = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2_000, 7)]);
  return { name, mimeType: 'image/jpeg', buffer };
}
