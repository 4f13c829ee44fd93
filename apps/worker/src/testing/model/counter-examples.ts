import type { PictureEvent } from './commands.js';

/** Sequences of events that once failed, as fast-check shrank them. Every run repeats them. */
export const counterExamples: readonly { name: string; events: readonly PictureEvent[] }[] = [
  {
    name: 'a worker writes variants while their picture is deleted, and dies before it checks',
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
