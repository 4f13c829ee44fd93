import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { findTiffKind, type OriginalContentType, sniff, SNIFF_BYTES } from '@darkroom/contracts';
import type { Step } from '../context.js';
import type { Loader } from '../loader.js';
import { loaders, rawTiffLoader } from '../loaders.js';
import { readAt } from '../read-at.js';
import type { Part } from '../wrapped.js';

/** Bytes to copy at once. */
const PIECE_BYTES = 2 ** 20;

/**
 * Takes the picture out of a file that only wraps it, such as a camera RAW file with its preview. From here on the
 * picture is processed like a file of its own, with every check of its format; what the file says about it is kept.
 */
export const unwrap: Step = {
  name: 'unwrap',
  async run(context) {
    const fd = openSync(context.input.path, 'r');
    try {
      const find = (await findLoader(fd))?.unwrap;
      if (find === undefined) return;
      const { picture, ...wrapper } = await find(fd);
      context.deadline.check();
      // No size of a recipe has this name.
      const path = join(context.outputFolder, '.picture');
      copyPart(fd, picture, path);
      context.wrapper = wrapper;
      context.input = { ...context.input, path };
    } finally {
      closeSync(fd);
    }
  },
};

/** The first bytes do not always show that a TIFF is a RAW file: its directory may be anywhere. */
async function findLoader(fd: number): Promise<Loader | undefined> {
  const contentType: OriginalContentType | null = sniff(readAt(fd, 0, SNIFF_BYTES));
  if (contentType !== 'image/tiff') return contentType === null ? undefined : loaders[contentType];
  const kind = findTiffKind((offset, length) => readAt(fd, offset, length));
  return kind === null ? rawTiffLoader(fd) : loaders[kind];
}

function copyPart(fd: number, { offset, length }: Part, path: string): void {
  const target = openSync(path, 'w');
  try {
    for (let done = 0; done < length;) {
      const piece = readAt(fd, offset + done, Math.min(PIECE_BYTES, length - done));
      if (piece.length === 0) return;
      writeSync(target, piece);
      done += piece.length;
    }
  } finally {
    closeSync(target);
  }
}
