import { closeSync, openSync } from 'node:fs';
import type { OriginalContentType } from '@darkroom/contracts';
import { need, type Step } from '../context.js';
import { checkGif } from '../whole/check-gif.js';
import { checkJpeg } from '../whole/check-jpeg.js';
import { FileWindow } from '../whole/file-window.js';

/** Formats whose decoders show a part of a picture as if it were all of it. PNG has checksums, the others lengths. */
const CHECKS: Partial<Record<OriginalContentType, (file: FileWindow) => void>> = {
  'image/gif': checkGif,
  'image/jpeg': checkJpeg,
};

/** Refuses pictures that are not whole although their decoder would not say so. */
export const verify: Step = {
  name: 'verify',
  run(context) {
    const check = CHECKS[need(context, 'source').contentType];
    if (!check) return;
    const fd = openSync(context.input.path, 'r');
    try {
      check(new FileWindow(fd));
    } finally {
      closeSync(fd);
    }
  },
};
