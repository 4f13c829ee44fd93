import type { PictureStep } from '@darkroom/contracts';

/** Milliseconds that a step lasts before it is reported, so that quick pictures cost no write. */
const REPORT_AFTER = 1_000;

/** Reports the current step of one picture when that step is slow. */
export class StepReporter {
  readonly #report: (step: PictureStep) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(report: (step: PictureStep) => void) {
    this.#report = report;
  }

  enter(step: PictureStep): void {
    this.end();
    this.#timer = setTimeout(() => this.#report(step), REPORT_AFTER);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
