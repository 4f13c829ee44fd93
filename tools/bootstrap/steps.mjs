// Plain JavaScript without dependencies: it runs before anything is installed, on any Node from version 20.

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Milliseconds between two progress lines where output cannot be overwritten. */
const PLAIN_EVERY = 10_000;

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Shows the current step and its duration: animated on a terminal, in plain lines elsewhere.
 *
 * @param stream - `process.stdout` or `process.stderr`
 */
export function createSteps(stream) {
  const live = stream.isTTY === true;
  const style = (code, text) => (live ? `\u001b[${code}m${text}\u001b[0m` : text);
  const clear = live ? '\r\u001b[2K' : '';
  const write = (text) => stream.write(text);
  return {
    line: (text) => void write(`${clear}${text}\n`),
    async step(doing, work, done) {
      const began = performance.now();
      let progress = '';
      let frame = 0;
      const draw = () => {
        const detail = [progress, seconds(began)].filter(Boolean).join(', ');
        write(live ? `${clear}${FRAMES[frame++ % FRAMES.length]} ${doing} (${detail})` : `  … ${detail}\n`);
      };
      if (live) draw();
      else write(`${doing} …\n`);
      const timer = setInterval(draw, live ? 100 : PLAIN_EVERY);
      try {
        const result = await work((text) => (progress = text));
        const text = done?.(result) ?? doing;
        write(`${clear}${style(32, '✓')} ${text} (${seconds(began)})\n`);
        return result;
      } catch (error) {
        write(`${clear}${style(31, '✗')} ${doing} (${seconds(began)})\n`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
  };
}
