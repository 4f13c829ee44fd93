/** Shows the current step and its duration. Created by `createSteps` in tools/bootstrap/steps.mjs. */
export interface Steps {
  /**
   * Runs one step.
   *
   * @param doing - e.g. `Installing packages`
   * @param work - the step itself; it can report progress, e.g. `120 of 480`
   * @param done - the text to show afterwards. Default: `doing`
   */
  step<T>(
    doing: string,
    work: (progress: (text: string) => void) => Promise<T>,
    done?: (result: T) => string,
  ): Promise<T>;
  /** Writes a line between steps. */
  line(text: string): void;
}
