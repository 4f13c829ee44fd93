import { firstFormat, type Recipe, type VariantFormat } from '@darkroom/contracts';
import { type Context, need, type Step } from './context.js';
import { Deadline } from './deadline.js';
import type { ImagingEngine, ImagingOptions, PictureInput } from './engine-types.js';
import { KeptPixels } from './kept-pixels.js';
import { releaseContext } from './release-context.js';
import { runSteps } from './run-steps.js';
import { setUpSharp } from './set-up-sharp.js';
import { colour } from './steps/colour.js';
import { convert } from './steps/convert.js';
import { decode } from './steps/decode.js';
import { describe } from './steps/describe.js';
import { encode } from './steps/encode.js';
import { ladder } from './steps/ladder.js';
import { orient } from './steps/orient.js';
import { probe } from './steps/probe.js';
import { profile } from './steps/profile.js';
import { render } from './steps/render.js';
import { unwrap } from './steps/unwrap.js';
import { verify } from './steps/verify.js';

const ENCODE_STEPS: readonly Step[] = [
  unwrap,
  probe,
  verify,
  profile,
  ladder,
  decode,
  colour,
  render,
  convert,
  orient,
  encode,
];
const PROCESS_STEPS: readonly Step[] = [...ENCODE_STEPS, describe];

/** Creates the engine and sets sharp up for untrusted pictures in this whole process. */
export function createImagingEngine(): ImagingEngine {
  setUpSharp();
  return {
    processAndKeep,
    async process(...picture) {
      const kept = await processAndKeep(...picture);
      await kept.release();
      return { facts: kept.facts, variants: kept.variants };
    },
    async encode(input, recipe, format, options) {
      const context = await run(ENCODE_STEPS, input, recipe, format, options);
      await releaseContext(context);
      return need(context, 'variants');
    },
  };
}

async function processAndKeep(
  ...[input, recipe, options]: Parameters<ImagingEngine['processAndKeep']>
): ReturnType<ImagingEngine['processAndKeep']> {
  return new KeptPixels(await run(PROCESS_STEPS, input, recipe, firstFormat, options));
}

/** The caller releases the context that it returns. */
async function run(
  steps: readonly Step[],
  input: PictureInput,
  recipe: Recipe,
  format: VariantFormat,
  { limits, outputFolder, keepGainMap = false, heicDecoder, onHeicDecoder, signal, onStep }: ImagingOptions,
): Promise<Context> {
  const deadline = new Deadline(limits.timeoutMs, signal);
  const context: Context = {
    input,
    recipe,
    format,
    limits,
    outputFolder,
    keepGainMap,
    heicDecoder,
    onHeicDecoder,
    deadline,
  };
  await deadline.guard(async () => {
    try {
      await runSteps(steps, context, (step) => {
        if (step === probe) onStep?.('decoding');
        if (step === encode) onStep?.('encoding');
      });
      // After the deadline the caller no longer waits for the context.
      deadline.check();
    } catch (error) {
      await releaseContext(context);
      throw error;
    }
  });
  return context;
}
