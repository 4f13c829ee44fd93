import type { PictureEvent } from './commands.js';

/** Courses of events that once went wrong, as fast-check shrank them. They are run each time. */
export const counterExamples: readonly { name: string; events: readonly PictureEvent[] }[] = [
  {
    name: 'a worker writes variants of a picture that is deleted meanwhile, and dies before it looks',
    events: [
      { kind: 'upload', reach: 'whole' },
      { kind: 'take' },
      { kind: 'step', index: 0 },
      { kind: 'step', index: 0 },
      { kind: 'delete', index: 0, reach: 'whole' },
      { kind: 'step', index: 0 },
      { kind: 'crash', index: 0 },
    ],
  },
];
