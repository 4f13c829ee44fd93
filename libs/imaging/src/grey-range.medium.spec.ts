import { services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawMany } from './testing/draw-many.js';
import { alphaOf, codedPictureOf, drawHeif, numberedColour } from './testing/draw-heif.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

/**
 * Ramps from black to white whose luma has the full or the limited range. All are encoded as if it were full, except for
 * those that state the limited range in the coded data alone.
 */
const SCRIPT = `
import imagecodecs, pillow_heif
pillow_heif.register_heif_opener()
ramp = np.tile(np.linspace(0, 1, 96), (64, 1))
def saved(picture, **options):
    file = io.BytesIO()
    picture.save(file, quality=100, **options)
    return file.getvalue()
for bits in (8, 10, 12):
    scale, most = 2 ** (bits - 8), 2 ** bits - 1
    for name, luma in (('limited', (16 + 219 * ramp) * scale), ('full', ramp * most)):
        luma = luma.round().astype('uint8' if bits == 8 else '<u2')
        files[f'avif-{bits}-{name}'] = imagecodecs.avif_encode(luma, 100, bitspersample=bits, pixelformat='400')
        pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
        mode, data = ('L', luma) if bits == 8 else ('L;16', luma << (16 - bits))
        files[f'heic-{bits}-{name}'] = saved(pillow_heif.from_bytes(mode=mode, size=(96, 64), data=data.tobytes()))
grey = Image.fromarray((ramp * 255).round().astype('uint8'))
files['avif-signalled'] = saved(grey, format='AVIF', subsampling='4:0:0', range='limited')
luma = Image.fromarray((16 + 219 * ramp).round().astype('uint8'))
parameters = {'x265:range': 'limited'}
files['heic-signalled'] = saved(luma, format='HEIF', full_range_flag=0, enc_params=parameters)
parameters |= {'x265:scaling-list': 'default', 'x265:sar': '3:2', 'x265:overscan': 'show'}
files['heic-signalled-late'] = saved(luma, format='HEIF', full_range_flag=0, enc_params=parameters)
`;

let bench: Workbench;
let draw: (name: string) => Buffer;
beforeAll(async () => {
  bench = await createWorkbench();
  if (services().python) draw = await drawMany(SCRIPT);
});
afterAll(() => bench.dispose());

/** Expects the ramp that was drawn: black on the left, white on the right, and the values between by their position. */
async function expectRamp(file: Buffer): Promise<void> {
  const { variants } = await bench.process(file, oneSize(500));
  for (const column of [0, 12, 24, 48, 72, 95]) {
    const value = (column / 95) * 255;
    const colour = await colourAt(only(variants).data, (column + 0.5) / 96, 0.5);
    expect(distance(colour, [value, value, value]), `column ${column}`).toBeLessThan(4);
  }
}

const CODECS = { heic: 'hvc1', avif: 'av01' } as const;

describe.skipIf(!services().python)('grey (4:0:0)', () => {
  describe.each(['heic', 'avif'] as const)('in %s', (format) => {
    const type = CODECS[format];

    it.each([8, 10, 12])('of %i bits and limited range is shown from black to white', async (bits) => {
      const picture = codedPictureOf(draw(`${format}-${bits}-limited`));
      const colour = numberedColour(1, 13, 6, false);
      await expectRamp(
        drawHeif({
          items: [{ id: 1, type, ...picture, properties: [...picture.properties, colour] }],
          brand: format,
        }),
      );
    });

    it.each([8, 10, 12])('of %i bits and full range is left as it is', async (bits) => {
      await expectRamp(draw(`${format}-${bits}-full`));
      // The coded data states the range, too.
      const picture = codedPictureOf(draw(`${format}-${bits}-full`));
      await expectRamp(drawHeif({ items: [{ id: 1, type, ...picture }], brand: format }));
    });

    it('of limited range keeps its alpha, which always has the full range', async () => {
      const luma = codedPictureOf(draw(`${format}-8-limited`));
      const alpha = codedPictureOf(draw(`${format}-8-full`));
      const file = drawHeif({
        items: [
          { id: 1, type, ...luma, properties: [...luma.properties, numberedColour(1, 13, 6, false)] },
          { id: 2, type, ...alpha, properties: [...alpha.properties, alphaOf()] },
        ],
        references: [['auxl', 2, [1]]],
        brand: format,
      });
      const { data } = only(await bench.encode(file, 'webp', oneSize(500)));
      for (const column of [40, 60, 90]) {
        const value = (column / 95) * 255;
        const colour = await colourAt(data, (column + 0.5) / 96, 0.5);
        expect(distance(colour, [value, value, value, value]), `column ${column}`).toBeLessThan(6);
      }
    });
  });

  it.each([
    ['the sequence header of AV1', 'avif'],
    ['the parameter set of HEVC', 'heic'],
  ] as const)('of a range that only %s states is shown from black to white', async (_what, format) => {
    const picture = codedPictureOf(draw(`${format}-signalled`));
    await expectRamp(drawHeif({ items: [{ id: 1, type: CODECS[format], ...picture }], brand: format }));
  });

  it('of a range that HEVC states after scaling lists and an aspect ratio is shown from black to white', async () => {
    const picture = codedPictureOf(draw('heic-signalled-late'));
    await expectRamp(drawHeif({ items: [{ id: 1, type: 'hvc1', ...picture }] }));
  });
});
