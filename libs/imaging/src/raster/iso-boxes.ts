import { fstatSync } from 'node:fs';
import { PictureFault } from '@darkroom/errors';
import { readAt } from '../read-at.js';
import { Bytes } from './bytes.js';

/** The position of one box of a file (ISO/IEC 14496-12, 4.2). */
export interface BoxPlace {
  type: string;
  /** Offset of the content in the file. */
  at: number;
  /** Bytes of the content. */
  length: number;
}

const BOXES_MAX = 10_000;

/**
 * Lists the boxes of the top level.
 *
 * @param fd - an open file; stays open
 * @throws PictureFault `corrupt_image` when a box exceeds the file
 */
export function listBoxes(fd: number): BoxPlace[] {
  const { size } = fstatSync(fd);
  const boxes: BoxPlace[] = [];
  for (let at = 0; at < size && boxes.length < BOXES_MAX;) {
    const head = new Bytes(readAt(fd, at, 16));
    const stated = head.u32be(0);
    const header = stated === 1 ? 16 : 8;
    // 0 means that the box extends to the end of the file, 1 that a length of 64 bits follows the type.
    const length = stated === 0 ? size - at : stated === 1 ? head.u64be(8) : stated;
    if (length < header || at + length > size) throw new PictureFault('corrupt_image');
    boxes.push({ type: head.text(4, 4), at: at + header, length: length - header });
    at += length;
  }
  return boxes;
}

/** Reads the content of a box, or the beginning of a longer one. */
export function readBox(fd: number, { at, length }: BoxPlace, most: number): Buffer {
  return readAt(fd, at, Math.min(length, most));
}
