import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawSvg as drawDocument, drawSvgQuarters } from '../testing/draw-svg.js';
import { RED } from '../testing/drawings.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from '../testing/workbench.js';
import { drawSvg } from './draw-svg.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

/** Draws a document; returns its pixels by column and row. */
async function draw(content: string, attributes: string, longSide: number) {
  const { own, drawn } = await drawSvg(drawDocument(content, attributes).toString(), longSide);
  const { data, info } = await sharp(drawn.tiff).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ ...drawn.size, channels: 4 });
  const at = (x: number, y: number) => {
    const from = (y * info.width + x) * 4;
    return [...data.subarray(from, from + 4)];
  };
  return { own, size: drawn.size, at };
}

describe('the pixels of an SVG', () => {
  it('are those of its rectangles, exactly', async () => {
    const { at } = await draw(
      '<rect x="25" width="50" height="30" fill="#102030"/>',
      'width="100" height="60"',
      200,
    );
    for (const y of [0, 30, 59]) {
      expect([at(49, y), at(50, y), at(149, y), at(150, y)]).toEqual([
        [0, 0, 0, 0],
        [0x10, 0x20, 0x30, 255],
        [0x10, 0x20, 0x30, 255],
        [0, 0, 0, 0],
      ]);
    }
    expect(at(100, 60)).toEqual([0, 0, 0, 0]);
  });

  it('follow the formula of a gradient', async () => {
    const gradient =
      '<linearGradient id="g"><stop stop-color="#000"/><stop offset="1" stop-color="#fff"/></linearGradient>';
    const { at } = await draw(
      `${gradient}<rect width="256" height="9" fill="url(#g)"/>`,
      'width="256" height="9"',
      256,
    );
    for (let x = 0; x < 256; x += 1) {
      const [red, green, blue, alpha] = at(x, 4);
      expect(Math.abs((red ?? 0) - (255 * (x + 0.5)) / 256)).toBeLessThan(1.5);
      expect([green, blue, alpha]).toEqual([red, red, 255]);
    }
  });

  it('keep their colour where they are translucent', async () => {
    const { at } = await draw(
      '<rect width="9" height="9" fill="#c86432" fill-opacity="0.5"/>',
      'width="9" height="9"',
      9,
    );
    const [red, green, blue, alpha] = at(4, 4);
    expect(distance([red ?? 0, green ?? 0, blue ?? 0], [0xc8, 0x64, 0x32])).toBeLessThanOrEqual(1);
    expect(Math.abs((alpha ?? 0) - 127.5)).toBeLessThan(1);
  });

  it('of its text are those of the bundled font, whatever font it names', async () => {
    // DejaVu Sans: an H is 1,540 of 2,048 units wide.
    const advance = (100 * 1540) / 2048;
    for (const family of ['Helvetica', 'DejaVu Sans', 'monospace']) {
      const text = `<text x="10" y="110" font-size="100" font-family="${family}">HH</text>`;
      const { at } = await draw(text, 'width="200" height="150"', 200);
      // At half the height of a letter's lower part, each H has two stems.
      const isInk = (x: number) => (at(x, 100)[3] ?? 0) > 127;
      const stems = Array.from({ length: 199 }, (_, x) => x + 1).filter((x) => isInk(x) && !isInk(x - 1));
      expect(stems).toHaveLength(4);
      expect(Math.abs((stems[2] ?? 0) - (stems[0] ?? 0) - advance)).toBeLessThanOrEqual(1);
    }
  });
});

describe('the size of an SVG', () => {
  it.each([
    ['width="24" height="24"', [24, 24], [1600, 1600]],
    ['width="300" height="100"', [300, 100], [1600, 533]],
    ['width="100" height="300"', [100, 300], [533, 1600]],
    ['viewBox="0 0 640 480"', [640, 480], [1600, 1200]],
    ['viewBox="0 0 640 480" width="100%" height="100%"', [640, 480], [1600, 1200]],
    ['width="210mm" height="297mm"', [794, 1123], [1131, 1600]],
    ['viewBox="0 0 0.3 0.5"', [1, 1], [960, 1600]],
    ['viewBox="0 0 2 0.5"', [2, 1], [1600, 400]],
    ['viewBox="0 0 1000000 500000"', [10_000, 5000], [1600, 800]],
    ['width="2400" height="1200"', [2400, 1200], [1600, 800]],
  ])('%s is its own, and it is drawn at the size of the largest variant', async (attributes, own, drawn) => {
    const document = drawDocument('<circle r="1"/>', attributes);
    const { facts, variants } = await bench.process(document);
    expect([facts.width, facts.height]).toEqual(own);
    const largest = variants.at(-1);
    for (const [index, side] of [largest?.width, largest?.height].entries())
      expect(Math.abs((side ?? 0) - (drawn[index] ?? 0))).toBeLessThanOrEqual(1);
    expect(variants.map(({ width, height }) => Math.max(width, height))).toEqual([150, 320, 800, 1600]);
  });

  it('does not blur its variants: an edge is as sharp in the largest as in the smallest', async () => {
    const icon = drawDocument('<rect width="8" height="16" fill="#000"/>', 'viewBox="0 0 16 16"');
    for (const { data, width } of await bench.encode(icon, 'webp')) {
      const row = await sharp(data).ensureAlpha().extractChannel(3).raw().toBuffer();
      const alphas = [...row.subarray(0, width)];
      expect(alphas.filter((alpha) => alpha > 8 && alpha < 247).length).toBeLessThanOrEqual(2);
      expect([alphas[0], alphas.at(-1)]).toEqual([255, 0]);
    }
  });
});

it('an SVG is transparent in WebP, and white in JPEG', async () => {
  const document = drawDocument('<rect width="48" height="64" fill="rgb(220,30,30)"/>');
  const webp = only(await bench.encode(document, 'webp', oneSize(96)));
  expect(await colourAt(webp.data, 0.9, 0.5)).toMatchObject({ 3: 0 });
  expect(distance(await colourAt(webp.data, 0.2, 0.5), RED)).toBeLessThan(12);
  const jpeg = only((await bench.process(document, oneSize(96))).variants);
  expect(distance(await colourAt(jpeg.data, 0.9, 0.5), [255, 255, 255])).toBeLessThan(4);
});

describe('an SVG is read in', () => {
  const content = '<text x="0" y="50" font-size="60">\u00e9\u00e9</text>';
  const declared = (encoding: string) =>
    drawDocument(content).toString().replace('encoding="UTF-8"', `encoding="${encoding}"`);
  const ink = async (bytes: Buffer) => {
    const { data } = only((await bench.process(bytes, oneSize(96))).variants);
    return (await sharp(data).stats()).channels[0]?.mean ?? 0;
  };

  it.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${declared('UTF-8')}`)],
    ['UTF-16, little endian', Buffer.from(`\ufeff${declared('UTF-16')}`, 'utf16le')],
    ['UTF-16, big endian', Buffer.from(`\ufeff${declared('UTF-16')}`, 'utf16le').swap16()],
    ['Latin-1', Buffer.from(declared('ISO-8859-1'), 'latin1')],
  ])('%s', async (_encoding, bytes) => {
    const expected = await ink(drawDocument(content));
    expect(await ink(bytes)).toBeCloseTo(expected, 5);
    expect(expected).toBeLessThan(250);
  });

  it('no encoding that has no name', async () => {
    await expect(bench.process(Buffer.from(declared('x-mine')))).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining('an SVG in the character encoding "x-mine"') as string,
    });
    await expect(bench.process(Buffer.from(declared('UTF-8'), 'latin1'))).rejects.toMatchObject({
      code: 'corrupt_image',
    });
  });
});

describe('an SVG cannot reach', () => {
  it('the network or a file: only images within it are shown', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const address = `http://127.0.0.1:${port}`;
    const red = await sharp({ create: { width: 4, height: 4, channels: 3, background: '#f00' } })
      .png()
      .toBuffer();
    const path = join(bench.folder, 'red.png');
    await writeFile(path, red);
    const image = (href: string, x: number) =>
      `<image x="${x}" width="24" height="64" preserveAspectRatio="none" href="${href}"/>`;
    const document = drawDocument(
      [
        `<style>@import url("${address}/a.css"); @font-face { font-family: a; src: url("${address}/a.ttf") }</style>`,
        `<script href="${address}/a.js"/><script>fetch("${address}")</script>`,
        `<use href="${address}/a.svg#a"/><foreignObject><img src="${address}/b.png"/></foreignObject>`,
        image(`${address}/a.png`, 0),
        image(path, 24),
        image(`file://${path}`, 48),
        image(`data:image/png;base64,${red.toString('base64')}`, 72),
      ].join(''),
    );
    const { data } = only((await bench.process(document, oneSize(96))).variants);
    await new Promise((resolve) => void server.close(resolve));
    const white = [255, 255, 255];
    for (const [x, colour] of [
      [0.1, white],
      [0.35, white],
      [0.6, white],
      [0.85, [255, 0, 0]],
    ] as const)
      expect(distance(await colourAt(data, x, 0.5), colour)).toBeLessThan(12);
    expect(requests).toBe(0);
  });

  it('a file through an entity', async () => {
    const text = drawDocument('<text y="50" font-size="60">&a;</text>').toString();
    const entity = `<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>`;
    const document = text.replace('<svg', `${entity}<svg`);
    await expect(bench.process(Buffer.from(document))).rejects.toMatchObject({ code: 'corrupt_image' });
  });
});

describe('an SVG is refused', () => {
  it.each([
    ['unsupported_format', 'of no width', drawDocument('<circle r="1"/>', 'width="0" height="9"')],
    [
      'unsupported_format',
      'of extreme proportions',
      drawDocument('<circle r="1"/>', 'viewBox="0 0 1 1000000"'),
    ],
    [
      'corrupt_image',
      'that is not closed',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><g>'),
    ],
    ['corrupt_image', 'with an unknown entity', drawDocument('<text>&nothing;</text>')],
  ])('as %s: %s', async (code, _what, document) => {
    await expect(bench.process(document)).rejects.toMatchObject({ code });
  });

  it('also when HTML contains it', async () => {
    const page = Buffer.from(`<!doctype html><body>${drawDocument(drawSvgQuarters(9, 9)).toString()}</body>`);
    await expect(bench.process(page)).rejects.toMatchObject({ code: 'unsupported_format' });
  });
});
