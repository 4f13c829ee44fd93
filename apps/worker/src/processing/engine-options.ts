import type { WorkerSettings } from '@darkroom/config';
import type { ImagingOptions } from '@darkroom/imaging';

/** The limits on one picture, as the settings say, for a job that may be called off. */
export function engineOptions(
  { limits }: WorkerSettings,
  outputFolder: string,
  signal: AbortSignal,
): ImagingOptions {
  const { maxPixels, maxFrames, timeoutSeconds } = limits;
  return { limits: { maxPixels, maxFrames, timeoutMs: timeoutSeconds * 1000 }, outputFolder, signal };
}
