import { closeSync, openSync } from 'node:fs';
import { need, type Step } from '../context.js';
import { loaders } from '../loaders.js';
import { FileWindow } from '../whole/file-window.js';

/** Refuses pictures that are not whole although their decoder would not say so. */
export const verify: Step = {
  name: 'verify',
  run(context) {
    const { contentType, metadata } = need(context, 'source');
    const check = loaders[contentType].verify;
    if (!check) return;
    const fd = openSync(context.input.path, 'r');
    try {
      check(new FileWindow(fd), metadata);
    } finally {
      closeSync(fd);
    }
  },
};
