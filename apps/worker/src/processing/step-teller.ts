import type { PictureStep } from '@darkroom/contracts';

/** Milliseconds that a step may last before anybody is told: the many quick pictures cost no write. */
const TELL_AFTER = 1_000;

/** Tells what is being done with one picture, as long as that takes long. */
export class StepTeller {
  readonly #tell: (step: PictureStep) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (step: PictureStep) => void) {
    this.#tell = tell;
  }

  enter(step: PictureStep): void {
    this.end();
    this.#timer = setTimeout(() => this.#tell(step), TELL_AFTER);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
