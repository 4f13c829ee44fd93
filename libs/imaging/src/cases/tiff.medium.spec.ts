import { services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  COLOURS,
  DRAWINGS,
  drawFiles,
  encodeSrgb,
  type Expected,
  expectShown,
  expectShownOrUnsupported,
  fileOf,
  GREYS,
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

const SCRIPT = `
import tifffile
def tiff(name, data, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, data, **options)
    file(name, out.getvalue())
tiff('int8', (np.round(ramp) - 128).astype('int8'), photometric='minisblack')
tiff('int16', ((ramp - 128) * 256).astype('int16'), photometric='minisblack')
tiff('uint32', (ramp / 255 * (2**32 - 1)).astype('uint32'), photometric='minisblack')
tiff('float32', (ramp / 255).astype('float32'), photometric='minisblack')
tiff('float32-rgb', (rgb / 255).astype('float32'), photometric='rgb')
tiff('12bit', (ramp / 255 * 4095).astype('uint16'), photometric='minisblack', bitspersample=12, compression='none')
planes = rgb8.transpose(2, 0, 1).copy()
tiff('planar-tiled', planes, photometric='rgb', planarconfig='separate', tile=(32, 32))
tiff('planar-tiled-lzw', planes, photometric='rgb', planarconfig='separate', tile=(32, 32), compression='lzw')
tiff('planar-extra', np.round(np.stack([ramp, 255 - ramp])).astype('uint8'), photometric='minisblack', planarconfig='separate', extrasamples=['unassalpha'])
# CIE 15, white D50 as in ICC profiles: sRGB to XYZ with Bradford's adaptation (IEC 61966-2-1, ICC.1).
xyz = linear(quadrants / 255) @ np.array([[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]).T
f = np.cbrt(xyz / np.array([0.96422, 1, 0.82521]))
lab = np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], 2)
lab8 = np.stack([np.round(lab[..., 0] * 2.55).astype('uint8'), *(np.round(lab[..., c]).astype('int8').view('uint8') for c in (1, 2))], 2)
lab16 = np.stack([np.round(lab[..., 0] * 655.35).astype('uint16'), *(np.round(lab[..., c] * 256).astype('int16').view('uint16') for c in (1, 2))], 2)
tiff('lab8', lab8, photometric='cielab')
tiff('lab16', lab16, photometric='cielab')
tiff('lab8-alpha', np.dstack([lab8, np.full_like(lab8[..., 0], 255)]), photometric='cielab', extrasamples=['unassalpha'], compression='zlib')
tiff('grey-uint32', (greys / 255 * (2**32 - 1)).astype('uint32'), photometric='minisblack', compression='deflate')
tiff('float32-grey', (greys / 255).astype('float32'), photometric='minisblack', compression='deflate')
# ITU-R BT.601, full range.
y = quadrants @ np.array([0.299, 0.587, 0.114])
ycbcr = np.stack([y, 128 + (quadrants[..., 2] - y) / 1.772, 128 + (quadrants[..., 0] - y) / 1.402], 2)
tiff('ycbcr-raw', np.round(ycbcr).astype('uint8'), photometric='ycbcr', subsampling=(1, 1), extratags=[(532, 5, 6, (0, 1, 255, 1, 128, 1, 255, 1, 128, 1, 255, 1), True)])
tiff('rgb-extra-unspecified0', np.dstack([quadrants, np.zeros_like(quadrants[..., 0])]), photometric='rgb', extrasamples=['unspecified'], compression='deflate')
out = io.BytesIO()
with tifffile.TiffWriter(out) as writer:
    writer.write(quadrants[::4, ::4].copy(), photometric='rgb', subfiletype=1)
    writer.write(quadrants, photometric='rgb', compression='deflate')
file('thumb-first', out.getvalue())
`;

const onWhite = (value: number, alpha: number): Rgb => {
  const shown = (value * alpha) / 255 + 255 - alpha;
  return [shown, shown, shown];
};
const linearOf = ({ at, ...expected }: Expected): Expected => ({
  ...expected,
  at: (x, y) => {
    const [red, green, blue] = at(x, y) ?? [0, 0, 0];
    return [encodeSrgb(red / 255), encodeSrgb(green / 255), encodeSrgb(blue / 255)];
  },
  // The curve is steep in the shadows.
  most: 40,
});
const GREYS_LINEAR = GREYS.map(([value]) => encodeSrgb(value / 255)).map((value): Rgb => [
  value,
  value,
  value,
]);

const ROWS: [name: string, expected: Expected][] = [
  ['12bit', RAMP],
  ['uint32', RAMP],
  // Floating-point samples are linear light, grey like RGB.
  ['float32', linearOf(RAMP)],
  ['float32-rgb', linearOf(COLOURS)],
  ['planar-extra', { ...RAMP, at: (x) => onWhite((x * 255) / 95, 255 - (x * 255) / 95) }],
  ['lab8', quadrants(undefined, 14)],
  ['lab16', quadrants(undefined, 12)],
  ['lab8-alpha', quadrants(undefined, 14)],
  ['grey-uint32', quadrants(GREYS)],
  ['float32-grey', quadrants(GREYS_LINEAR as [Rgb, Rgb, Rgb, Rgb])],
  ['rgb-extra-unspecified0', quadrants()],
  ['thumb-first', quadrants()],
];

/** Either is right, but not "damaged" or false colours. */
const ROWS_OR_UNSUPPORTED: [name: string, expected: Expected][] = [
  ['int8', RAMP],
  ['int16', RAMP],
  ['planar-tiled', COLOURS],
  ['planar-tiled-lzw', COLOURS],
  ['ycbcr-raw', quadrants()],
];

describe.skipIf(!services().python)('a TIFF shows right:', () => {
  let files: ReadonlyMap<string, Buffer>;
  beforeAll(async () => {
    files = await drawFiles(DRAWINGS + SCRIPT);
  });

  it.each(ROWS)('tiff-%s', async (name, expected) => {
    await expectShown(bench, fileOf(files, name), expected);
  });

  it.each(ROWS_OR_UNSUPPORTED)('tiff-%s, or is named as unsupported', async (name, expected) => {
    await expectShownOrUnsupported(bench, fileOf(files, name), expected);
  });

  it('and every file that the script draws is compared', () => {
    const names = [...ROWS, ...ROWS_OR_UNSUPPORTED].map(([name]) => name);
    expect([...files.keys()].toSorted()).toEqual(names.toSorted());
  });
});
