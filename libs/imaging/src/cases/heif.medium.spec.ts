import { services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DRAWINGS,
  drawFiles,
  type Expected,
  expectShown,
  fileOf,
  GREYS,
  QUADRANTS,
  quadrants,
  RAMP,
} from '../testing/cases.js';
import type { Rgb } from '../testing/drawings.js';
import { createWorkbench, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const ALPHA = 128;

/**
 * The encoders write deep AVIF in full range only. Its range is then changed in the nclx box, which has priority over
 * the bitstream, and the samples are those of limited range.
 */
const SCRIPT = `
import imagecodecs, pillow_heif
def avif(name, image, **options):
    out = io.BytesIO()
    image.save(out, 'AVIF', quality=95, **options)
    file(name, out.getvalue())
grey = Image.fromarray(np.round(ramp).astype('uint8'))
for range in ('limited', 'full'): avif('avif-grey-' + range, grey, subsampling='4:0:0', range=range)
for bits in (10, 12):
    scale = 2 ** (bits - 8)
    for range, samples in (('full', ramp / 255 * (2**bits - 1)), ('limited', 16 * scale + ramp / 255 * 219 * scale)):
        data = bytearray(imagecodecs.avif_encode(np.round(samples).astype('uint16'), 95, bitspersample=bits, pixelformat='400', primaries=1, transfer=13, matrix=6))
        data[data.index(b'nclx') + 10] = 0x80 if range == 'full' else 0
        file(f'avif-grey-{range}-{bits}bit', data)
avif('avif-y400-limited', Image.fromarray(greys.astype('uint8')), subsampling='4:0:0', range='limited')
rgba = Image.fromarray(np.dstack([quadrants, np.full_like(quadrants[..., 0], ${ALPHA})]))
avif('avif-alpha-premultiplied', rgba, subsampling='4:4:4', alpha_premultiplied=True)
file('avif-p3-cicp', imagecodecs.avif_encode(p3, 95, pixelformat='444', primaries=12, transfer=13, matrix=6))
first, second = Image.fromarray(quadrants), Image.fromarray(255 - quadrants)
avif('avif-sequence', first, save_all=True, append_images=[second], duration=100, subsampling='4:4:4')
out = io.BytesIO()
pillow_heif.from_pillow(Image.fromarray(p3)).save(out, quality=95, chroma=444, color_primaries=12, transfer_characteristics=13, matrix_coefficients=6, full_range_flag=1)
file('heic-p3-nclx', out.getvalue())
`;

const onWhite = QUADRANTS.map((colour) =>
  colour.map((value) => (value * ALPHA + 255 * (255 - ALPHA)) / 255),
) as unknown as [Rgb, Rgb, Rgb, Rgb];

const ROWS: [name: string, expected: Expected][] = [
  ['avif-grey-limited', RAMP],
  ['avif-grey-full', RAMP],
  ['avif-grey-limited-10bit', RAMP],
  ['avif-grey-full-10bit', RAMP],
  ['avif-grey-limited-12bit', RAMP],
  ['avif-grey-full-12bit', RAMP],
  ['avif-y400-limited', quadrants(GREYS)],
  ['avif-alpha-premultiplied', quadrants(onWhite)],
  ['avif-p3-cicp', quadrants()],
  ['avif-sequence', quadrants()],
  ['heic-p3-nclx', quadrants()],
];

describe.skipIf(!services().python)('an AVIF or HEIC shows right:', () => {
  let files: ReadonlyMap<string, Buffer>;
  beforeAll(async () => {
    files = await drawFiles(DRAWINGS + SCRIPT);
  });

  it.each(ROWS)('%s', async (name, expected) => {
    await expectShown(bench, fileOf(files, name), expected);
  });

  it('and every file that the script draws is compared', () => {
    expect([...files.keys()].toSorted()).toEqual(ROWS.map(([name]) => name).toSorted());
  });
});
