import type { Catalogue } from '@darkroom/catalogue';
import type { JobPayload } from '@darkroom/contracts';
import type { JobContext, JobHandler } from '@darkroom/queue';
import { Inject, Injectable } from '@nestjs/common';
import { CATALOGUE } from '../tokens.js';
import { FormatRecorder } from './format-recorder.js';

type Payload = JobPayload<'encode-format'>;

/** Makes the variants of one further format for an image that is ready. */
@Injectable()
export class EncodeFormatHandler implements JobHandler<'encode-format'> {
  readonly name = 'encode-format';
  readonly #catalogue: Catalogue;
  readonly #recorder: FormatRecorder;

  constructor(@Inject(CATALOGUE) catalogue: Catalogue, @Inject(FormatRecorder) recorder: FormatRecorder) {
    this.#catalogue = catalogue;
    this.#recorder = recorder;
  }

  async handle({ imageId, run, format }: Payload, { signal }: JobContext): Promise<void> {
    const image = await this.#catalogue.processing.find(imageId, run);
    if (image?.status === 'ready') await this.#recorder.record(image, format, signal);
  }

  /** Every try failed with an unexpected error. */
  async exhausted(payload: Payload, error: unknown): Promise<void> {
    await this.#recorder.giveUp(payload, error);
  }
}
