import type { OperationsAnswer } from '@darkroom/contracts';

/**
 * Number of pictures to process: waiting and in flight. Jobs for further formats and for deleted files do not count,
 * because no one waits for them.
 */
export function picturesToDo(queue: NonNullable<OperationsAnswer['queue']>): number {
  const { waiting = 0, active = 0, delayed = 0 } = queue.find(({ name }) => name === 'process-image') ?? {};
  return waiting + active + delayed;
}
