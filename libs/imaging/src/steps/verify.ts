import { closeSync, openSync } from 'node:fs';
import type { OriginalContentType } from '@darkroom/contracts';
import { need, type Step } from '../context.js';
import { checkGif } from '../whole/check-gif.js';
import { checkJpeg } from '../whole/check-jpeg.js';
import { FileWindow } from '../whole/file-window.js';
import type { Size } from '../variant-size.js';

/** Formats whose decoders show a part of a picture as if it were all of it. PNG has checksums, the others lengths. */
const CHECKS: Partial<Record<OriginalContentType, (file: FileWindow, size: Size) => void>> = {
  'image/gif': checkGif,
  'image/jpeg': checkJpeg,
};

/** Refuses pictures that are not whole although their decoder would not say so. */
export const verify: Step = {
  name: 'verify',
  run(context) {
    const { contentType, metadata } = need(context, 'source');
    const check = CHECKS[contentType];
    if (!check) return;
    const fd = openSync(context.input.path, 'r');
    try {
      check(new FileWindow(fd), metadata);
    } finally {
      closeSync(fd);
    }
  },
};
