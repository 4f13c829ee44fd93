import { drawJpeg, services } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawFiles, expectShown, fileOf, pixelsOf } from '../testing/cases.js';
import { createWorkbench, oneSize, only, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

/** Pixels. */
const [TEXT_WIDTH, TEXT_HEIGHT, LOGO] = [320, 48, 16];
const SCRIPT = `
from PIL import ImageFont
def save(name, image, format):
    out = io.BytesIO()
    image.save(out, format)
    file(name, out.getvalue())
    white = Image.new('RGBA', image.size, 'white')
    file(name + '.rgb', np.asarray(Image.alpha_composite(white, image.convert('RGBA')).convert('RGB')).tobytes())
text = Image.new('RGB', (${TEXT_WIDTH}, ${TEXT_HEIGHT}), 'white')
d = ImageDraw.Draw(text)
for i, colour in enumerate(('red', 'blue', '#c0f')):
    d.text((6, 4 + i * 14), 'Sale ends Friday, 50 % off everything', fill=colour, font=ImageFont.load_default())
save('text-red-blue', text, 'PNG')
save('text-palette', text.quantize(8), 'GIF')
logo = Image.new('RGBA', (${LOGO}, ${LOGO}), (0, 0, 0, 0))
ImageDraw.Draw(logo).polygon([(2, 2), (13, 2), (2, 13)], fill=(255, 0, 0, 255))
ImageDraw.Draw(logo).polygon([(13, 3), (13, 13), (3, 13)], fill=(0, 0, 255, 255))
save('logo-16', logo, 'PNG')
`;

describe.skipIf(!services().python)('graphics keep their colours:', () => {
  let files: ReadonlyMap<string, Buffer>;
  beforeAll(async () => {
    files = await drawFiles(SCRIPT);
  });

  it.each([
    ['text-red-blue', TEXT_WIDTH, TEXT_HEIGHT],
    ['text-palette', TEXT_WIDTH, TEXT_HEIGHT],
    ['logo-16', LOGO, LOGO],
  ])('%s', async (name, width, height) => {
    const expected = { ...pixelsOf(fileOf(files, `${name}.rgb`), width, height), mean: 3, most: 256 };
    await expectShown(bench, fileOf(files, name), expected);
  });
});

it('a photograph stays at 4:2:0', async () => {
  const photograph = await drawJpeg({ width: 640, height: 480, quality: 95 });
  for (const original of [photograph, await sharp(photograph).png().toBuffer()]) {
    const { variants } = await bench.process(original, oneSize(640));
    expect((await sharp(only(variants).data).metadata()).chromaSubsampling).toBe('4:2:0');
  }
});
