import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pngChunk, withChunks } from './testing/draw-png.js';
import { drawQuarters, UPRIGHT } from './testing/drawings.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const PLACES = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;
/** Says that the picture lies on its side. */
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>`;
/** An EXIF block of one entry: orientation 6. */
const EXIF = Buffer.from('II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0', 'latin1');

async function expectAsStored(file: Buffer): Promise<void> {
  const { facts, variants } = await bench.process(file, oneSize(90));
  expect(facts).toMatchObject({ width: 300, height: 200 });
  for (const [index, [x, y]] of PLACES.entries()) {
    expect(distance(await colourAt(only(variants).data, x, y), UPRIGHT[index] ?? [])).toBeLessThan(30);
  }
}

describe('an orientation that browsers ignore does not turn the picture', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)('in XMP of a %s', async (format) => {
    const file = await drawQuarters(300, 200).withXmp(XMP).toFormat(format).toBuffer();
    expect((await sharp(file).metadata()).xmp?.includes('Orientation="6"')).toBe(true);
    await expectAsStored(file);
  });

  it.each([
    ['Orientation', '6'],
    ['exif:Orientation', '6'],
    ['Raw profile type exif', rawProfile('exif', Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), EXIF]))],
    ['Raw profile type APP1', rawProfile('APP1', Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), EXIF]))],
  ])('in the text "%s" of a PNG', async (keyword, text) => {
    const png = await drawQuarters(300, 200).png().toBuffer();
    await expectAsStored(withChunks(png, pngChunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'))));
  });

  it('in EXIF of an AVIF, which is turned by irot', async () => {
    const avif = await drawQuarters(300, 200)
      .withExif({ IFD0: { Copyright: 'Ann' } })
      .avif()
      .toBuffer();
    // libvips always writes an upright one.
    const at = avif.indexOf(EXIF.subarray(10, 18));
    expect(avif.readUInt16LE(at + 8)).toBe(1);
    avif.writeUInt16LE(6, at + 8);
    await expectAsStored(avif);
  });
});

it('EXIF in a chunk of a PNG turns it, as in a JPEG', async () => {
  const png = await drawQuarters(300, 200).png().toBuffer();
  const { facts } = await bench.process(withChunks(png, pngChunk('eXIf', EXIF)), oneSize(90));
  expect(facts).toMatchObject({ width: 200, height: 300 });
});

/** As ImageMagick writes metadata into text: its name, its length and hexadecimal digits. */
function rawProfile(name: string, data: Buffer): string {
  const digits = data.toString('hex').replace(/.{72}/g, '$&\n');
  return `\n${name}\n${String(data.length).padStart(8)}\n${digits}\n`;
}
