/** Shows which step is under way and how long it took; `createSteps` of tools/bootstrap/steps.mjs makes it. */
export interface Steps {
  /**
   * Runs one step.
   *
   * @param doing - e.g. `Installing packages`
   * @param work - may tell its progress, e.g. `120 of 480`
   * @param done - what stands there afterwards; `doing` by default
   */
  step<T>(
    doing: string,
    work: (progress: (text: string) => void) => Promise<T>,
    done?: (result: T) => string,
  ): Promise<T>;
  /** Writes a line between steps. */
  line(text: string): void;
}
