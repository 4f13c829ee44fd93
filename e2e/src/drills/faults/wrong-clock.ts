/**
 * The setting that shifts the clock of a Node process, for all code that uses `Date`. It is inline code, not a file, so
 * that a decoder may load it too.
 *
 * @param seconds - ahead of the correct time; behind it when negative
 */
export function wrongClock(seconds: number): Record<string, string> {
  const code = `
    const Right = globalThis.Date;
    const now = () => Right.now() + ${seconds * 1000};
    globalThis.Date = class Date extends Right {
      constructor(...given) { super(...(given.length === 0 ? [now()] : given)); }
      static now() { return now(); }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}
