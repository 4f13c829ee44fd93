import { createDecoderPool } from '../isolation/decoder-pool.js';
import { childProcesses } from './processes.js';

// A parent process for a test that kills it while one of its decoder processes is in an endless loop and another waits.
// Prints the ids of the two.
const [folder = '', processPath = ''] = process.argv.slice(2);
const looping = Promise.withResolvers<string>();
const pool = createDecoderPool({
  size: 2,
  memoryLimitBytes: 2 ** 30,
  folder,
  processPath,
  onOutput: looping.resolve,
});
const recipe = { name: 'test', version: 1, sizes: [] };
const limits = { maxPixels: 1, maxFrames: 1, timeoutMs: 600_000 };
const run = (name: string) =>
  pool.process({ path: `${folder}/${name}`, contentType: 'image/png' }, recipe, {
    limits,
    outputFolder: folder,
  });

const lost = run('loop');
await looping.promise;
await run('fine');
process.stdout.write(`${childProcesses().join()}\n`);
await lost;
