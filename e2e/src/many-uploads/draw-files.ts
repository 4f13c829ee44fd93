import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { drawJpeg } from '@darkroom/testing';
import type { NamedFile } from '../testing/client.js';
import { inParallel } from '../testing/in-parallel.js';

/** Files drawn at a time. */
const LANES = 2;

/** Draws pictures that all differ, so that each can be found again. */
export function drawFiles(count: number, width: number, prefix: string): Promise<NamedFile[]> {
  return inParallel(
    Array.from({ length: count }, (_, index) => index),
    LANES,
    async (index) => ({
      name: `${prefix}-${index}.jpg`,
      bytes: await drawJpeg({ width, height: (width * 3) / 4, seed: index }),
    }),
  );
}

/** Writes files into a folder, for the file chooser of a browser. @returns their paths */
export async function writeFiles(folder: string, files: readonly NamedFile[]): Promise<string[]> {
  return inParallel(files, LANES, async ({ name, bytes }) => {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    return file;
  });
}
