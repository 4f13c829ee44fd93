import type { FileWindow } from '../complete/file-window.js';
import type { Deadline } from '../deadline.js';
import type { Size } from '../variant-size.js';

/** The file of an original that is read again, to hand it out without its metadata. */
export interface Original {
  file: FileWindow;
  /** Reads bytes into a buffer of their own; fewer at the end of the file. */
  read: (offset: number, length: number) => Buffer;
  size: Size;
  deadline: Deadline;
}
