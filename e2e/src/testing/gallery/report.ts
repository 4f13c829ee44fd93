/** Prints figures that a test has measured and holds to nothing: a busy machine says little by them. */
export function report(what: string, figures: object): void {
  process.stdout.write(`gallery: ${what}: ${JSON.stringify(figures)}\n`);
}
