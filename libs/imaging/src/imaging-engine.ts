import type { OriginalContentType, Recipe, VariantFormat } from '@darkroom/contracts';
import { type Context, need, type Step } from './context.js';
import { Deadline } from './deadline.js';
import { runSteps } from './run-steps.js';
import { setUpSharp } from './set-up-sharp.js';
import { colour } from './steps/colour.js';
import { decode } from './steps/decode.js';
import { describe } from './steps/describe.js';
import { encode } from './steps/encode.js';
import { ladder } from './steps/ladder.js';
import { orient } from './steps/orient.js';
import { probe } from './steps/probe.js';
import { render } from './steps/render.js';

export interface ImagingLimits {
  /** Pixels of one frame, and of all frames together. */
  maxPixels: number;
  /** Frames of an animation. */
  maxFrames: number;
  /** Milliseconds for the whole of one call. */
  timeoutMs: number;
}

export interface ImagingOptions {
  limits: ImagingLimits;
  /** Calls the work off; the call then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** An original as a file on this machine. */
export interface PictureInput {
  path: string;
  contentType: OriginalContentType;
}

export interface EncodedVariant {
  /** The name of the recipe's size. */
  name: string;
  format: VariantFormat;
  /** Pixels. */
  width: number;
  /** Pixels, of one frame. */
  height: number;
  data: Buffer;
}

export interface PictureFacts {
  /** Pixels, upright. */
  width: number;
  /** Pixels, upright, of one frame. */
  height: number;
  /** 1 for a still picture. */
  frames: number;
  /** ThumbHash of the first frame, base64. */
  thumbhash: string;
}

export interface ImagingEngine {
  /**
   * Makes the JPEG of every size of the recipe and tells the facts of the picture.
   *
   * @throws PictureFault `corrupt_image`, `unsupported_format`, `too_many_pixels`, `too_many_frames`,
   * `processing_timeout`, `out_of_memory`; the signal's reason when called off; anything else is a fault of ours
   */
  process(
    input: PictureInput,
    recipe: Recipe,
    options: ImagingOptions,
  ): Promise<{ facts: PictureFacts; variants: EncodedVariant[] }>;

  /**
   * Makes one further format of every size of the recipe. WebP keeps alpha and animation, AVIF alpha alone.
   *
   * @throws as `process` does
   */
  encode(
    input: PictureInput,
    recipe: Recipe,
    format: VariantFormat,
    options: ImagingOptions,
  ): Promise<EncodedVariant[]>;
}

const ENCODE_STEPS: readonly Step[] = [probe, ladder, decode, colour, render, orient, encode];
const PROCESS_STEPS: readonly Step[] = [...ENCODE_STEPS, describe];

/** Makes the engine and sets sharp up for untrusted pictures, for the whole of this process. */
export function createImagingEngine(): ImagingEngine {
  setUpSharp();
  return {
    async process(input, recipe, options) {
      const context = await run(PROCESS_STEPS, input, recipe, 'jpeg', options);
      return { facts: need(context, 'facts'), variants: need(context, 'variants') };
    },
    async encode(input, recipe, format, options) {
      const context = await run(ENCODE_STEPS, input, recipe, format, options);
      return need(context, 'variants');
    },
  };
}

async function run(
  steps: readonly Step[],
  input: PictureInput,
  recipe: Recipe,
  format: VariantFormat,
  { limits, signal }: ImagingOptions,
): Promise<Context> {
  const deadline = new Deadline(limits.timeoutMs, signal);
  const context: Context = { input, recipe, format, limits, deadline };
  await deadline.guard(() => runSteps(steps, context));
  return context;
}
