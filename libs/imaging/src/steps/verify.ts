import { closeSync, openSync } from 'node:fs';
import { need, type Step } from '../context.js';
import { loaders } from '../loaders.js';
import { FileWindow } from '../complete/file-window.js';

/** Refuses incomplete pictures that their decoder would accept. */
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
