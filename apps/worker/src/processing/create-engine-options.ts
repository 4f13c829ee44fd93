import type { WorkerSettings } from '@darkroom/config';
import type { ImagingOptions } from '@darkroom/imaging';

/** The settings' limits on one picture, for a job that `signal` can abort. */
export function createEngineOptions(
  { limits }: WorkerSettings,
  outputFolder: string,
  signal: AbortSignal,
): ImagingOptions {
  const { maxPixels, maxFrames, timeoutSeconds } = limits;
  return { limits: { maxPixels, maxFrames, timeoutMs: timeoutSeconds * 1000 }, outputFolder, signal };
}
