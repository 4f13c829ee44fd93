import { services } from '@darkroom/testing';
import { sniff } from '@darkroom/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COLOURS, DRAWINGS, drawFiles, expectShown, fileOf, pixelsOf } from '../testing/cases.js';
import { createWorkbench, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

/** Pixels a side. */
const ICON = 64;
const SCRIPT = `
import imagecodecs
def save(name, image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    file(name, out.getvalue())
    file(name + '.rgb', np.asarray(image.convert('RGB')).tobytes())
colours = Image.fromarray(rgb8)
save('plain-24.bmp', colours, 'BMP')
save('palette-4.bmp', colours.quantize(16), 'BMP')
save('plain.jp2', colours, 'JPEG2000', irreversible=False)
save('icon.ico', colours.resize((${ICON}, ${ICON})), 'ICO', sizes=[(16, 16), (${ICON}, ${ICON})])
file('plain.jxl', imagecodecs.jpegxl_encode(rgb8, lossless=True))
file('plain.qoi', imagecodecs.qoi_encode(rgb8))
`;

describe.skipIf(!services().python)('a format that people have shows right:', () => {
  let files: ReadonlyMap<string, Buffer>;
  beforeAll(async () => {
    files = await drawFiles(DRAWINGS + SCRIPT);
  });

  it.each(['plain-24.bmp', 'plain.jp2', 'plain.jxl', 'plain.qoi'])('%s', async (name) => {
    expect(sniff(fileOf(files, name))).not.toBeNull();
    await expectShown(bench, fileOf(files, name), COLOURS);
  });

  it.each([
    ['palette-4.bmp', COLOURS.width, COLOURS.height],
    // Its largest picture.
    ['icon.ico', ICON, ICON],
  ])('%s', async (name, width, height) => {
    expect(sniff(fileOf(files, name))).not.toBeNull();
    const pixels = pixelsOf(fileOf(files, `${name}.rgb`), width, height);
    // The edges between the colours of a palette are hard.
    await expectShown(bench, fileOf(files, name), { ...pixels, mean: 5, most: 120 });
  });
});
