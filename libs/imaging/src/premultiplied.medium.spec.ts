import { services } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alphaOf, codedPictureOf, drawHeif } from './testing/draw-heif.js';
import { drawMany } from './testing/draw-many.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

/**
 * The colour (200, 100, 40) under an alpha that rises from 0 to 255, premultiplied: by the encoder of Pillow, and as
 * separate pictures of 10 bits.
 */
const SCRIPT = `
import imagecodecs
alpha = np.tile(np.linspace(0, 1, 96), (64, 1))
colour = np.ones((64, 96, 3)) * [200 / 255, 100 / 255, 40 / 255]
straight = np.dstack([colour, alpha])
frames = [Image.fromarray((part * 255).round().astype('uint8')) for part in (straight, straight[:, ::-1])]
for name, options in (('still', {}), ('sequence', {'save_all': True, 'append_images': frames[1:]})):
    file = io.BytesIO()
    frames[0].save(file, format='AVIF', quality=100, subsampling='4:4:4', alpha_premultiplied=True, **options)
    files[name] = file.getvalue()
deep = lambda values: (values * 1023).round().astype('<u2')
options = {'bitspersample': 10}
files['colour-10'] = imagecodecs.avif_encode(deep(colour * alpha[..., None]), 100, pixelformat='444', **options)
files['alpha-10'] = imagecodecs.avif_encode(deep(alpha), 100, pixelformat='400', **options)
`;

let bench: Workbench;
let draw: (name: string) => Buffer;
beforeAll(async () => {
  bench = await createWorkbench();
  if (services().python) draw = await drawMany(SCRIPT);
});
afterAll(() => bench.dispose());

async function expectColours(file: Buffer): Promise<void> {
  const { data } = only(await bench.encode(file, 'webp', oneSize(500)));
  const jpeg = only((await bench.process(file, oneSize(500))).variants).data;
  for (const column of [24, 48, 72, 95]) {
    const x = (column + 0.5) / 96;
    const alpha = column / 95;
    const colour = await colourAt(data, x, 0.5);
    expect(distance(colour, [200, 100, 40, 255 * alpha]), `column ${column}`).toBeLessThan(8);
    const onWhite = [200, 100, 40].map((value) => value * alpha + 255 * (1 - alpha));
    expect(distance(await colourAt(jpeg, x, 0.5), onWhite), `column ${column} on white`).toBeLessThan(6);
  }
}

describe.skipIf(!services().python)('premultiplied alpha of an AVIF', () => {
  it('is divided out', async () => {
    await expectColours(draw('still'));
  });

  it('is divided out of a sequence', async () => {
    await expectColours(draw('sequence'));
  });

  it('is divided out of 10 bits', async () => {
    const [colour, alpha] = [codedPictureOf(draw('colour-10')), codedPictureOf(draw('alpha-10'))];
    const items = [
      { id: 1, type: 'av01', ...colour },
      { id: 2, type: 'av01', ...alpha, properties: [...alpha.properties, alphaOf()] },
    ];
    const references = [
      ['auxl', 2, [1]],
      ['prem', 1, [2]],
    ] as const;
    await expectColours(drawHeif({ items, references, brand: 'avif' }));
  });

  it('is not divided out when another picture is premultiplied', async () => {
    const [colour, alpha] = [codedPictureOf(draw('colour-10')), codedPictureOf(draw('alpha-10'))];
    const items = [
      { id: 1, type: 'av01', ...colour },
      { id: 2, type: 'av01', ...alpha, properties: [...alpha.properties, alphaOf()] },
      { id: 3, type: 'av01', ...colour },
    ];
    const references = [
      ['auxl', 2, [1]],
      ['prem', 3, [2]],
    ] as const;
    const { data } = only(
      await bench.encode(drawHeif({ items, references, brand: 'avif' }), 'webp', oneSize(500)),
    );
    expect(distance(await colourAt(data, 48.5 / 96, 0.5), [101, 51, 20])).toBeLessThan(8);
  });
});
