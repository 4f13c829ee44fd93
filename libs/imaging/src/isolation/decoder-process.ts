import { Socket } from 'node:net';
import type { ImagingOptions } from '../engine-types.js';
import { createImagingEngine } from '../imaging-engine.js';
import { endWithParent } from './end-with-parent.js';
import {
  type DecoderMessage,
  type DecoderRequest,
  createFailureMessage,
  LINE_BYTES_MAX,
} from './protocol.js';
import { readLines } from './read-lines.js';

/** Milliseconds between two reports of this process's memory. */
const MEMORY_REPORT_MS = 100;

endWithParent();
// Ctrl-C reaches every process of the terminal, but the parent decides when this one ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const engine = createImagingEngine();
const channel = new Socket({ fd: 3 });
const send = (message: DecoderMessage): void => {
  channel.write(`${JSON.stringify(message)}\n`);
};

async function serve({ id, format, input, recipe, ...picked }: DecoderRequest): Promise<void> {
  const options: ImagingOptions = {
    ...picked,
    onStep: (step) => send({ type: 'step', id, step }),
    onHeicDecoder: (report) => send({ type: 'heic', id, report }),
  };
  send({ type: 'begun', id });
  // On Linux the parent reads the memory itself, even while this process is stuck and cannot report it.
  const report = () => send({ type: 'memory', bytes: process.memoryUsage.rss() });
  const reporting = process.platform === 'linux' ? undefined : setInterval(report, MEMORY_REPORT_MS);
  try {
    const result =
      format === null
        ? await engine.process(input, recipe, options)
        : { variants: await engine.encode(input, recipe, format, options) };
    send({ type: 'done', id, result });
  } catch (error) {
    send(createFailureMessage(id, error));
  } finally {
    clearInterval(reporting);
  }
}

readLines(
  channel,
  LINE_BYTES_MAX,
  (line) => void serve(JSON.parse(line) as DecoderRequest),
  () => process.kill(process.pid, 'SIGKILL'),
);
send({ type: 'ready' });
