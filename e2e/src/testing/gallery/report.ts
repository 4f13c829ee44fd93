/** Prints measured figures without checking them: on a busy machine they mean little. */
export function report(what: string, figures: object): void {
  process.stdout.write(`gallery: ${what}: ${JSON.stringify(figures)}\n`);
}
