import type { WorkerSettings } from '@darkroom/config';
import type { ImagingOptions } from '@darkroom/imaging';

/** What the settings say of one picture, for a job that `signal` can abort. */
export function createEngineOptions(
  { limits, keepGainMap }: WorkerSettings,
  outputFolder: string,
  signal: AbortSignal,
): ImagingOptions {
  const { maxPixels, maxFrames, timeoutSeconds } = limits;
  return {
    limits: { maxPixels, maxFrames, timeoutMs: timeoutSeconds * 1000 },
    outputFolder,
    keepGainMap,
    signal,
  };
}
