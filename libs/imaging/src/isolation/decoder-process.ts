import { Socket } from 'node:net';
import type { ImagingOptions, KeptPicture } from '../engine-types.js';
import { createImagingEngine } from '../imaging-engine.js';
import { endWithParent } from './end-with-parent.js';
import {
  type DecoderMessage,
  type DecoderRequest,
  type DecoderResult,
  createFailureMessage,
  LINE_BYTES_MAX,
  type RELEASE,
} from './protocol.js';
import { readLines } from './read-lines.js';

/** Milliseconds between two reports of this process's memory. */
const MEMORY_REPORT_MS = 100;

endWithParent();
// The storage keeps files with these permissions, and need not change them.
process.umask(0o027);
// Ctrl-C reaches every process of the terminal, but the parent decides when this one ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const engine = createImagingEngine();
const channel = new Socket({ fd: 3 });
const send = (message: DecoderMessage): void => {
  channel.write(`${JSON.stringify(message)}\n`);
};

/** The picture whose pixels are kept, and what gives up its formats. */
let kept: { picture: KeptPicture; formats: AbortController } | undefined;

async function perform(
  { format, input, recipe, pixels }: DecoderRequest,
  options: ImagingOptions,
): Promise<DecoderResult> {
  if (pixels === 'kept') {
    if (!kept || !format) throw new Error('There are no pixels of a picture.');
    return { variants: await kept.picture.encode(format, { signal: kept.formats.signal }) };
  }
  if (format !== null) return { variants: await engine.encode(input, recipe, format, options) };
  if (pixels === 'free') return engine.process(input, recipe, options);
  const picture = await engine.processAndKeep(input, recipe, options);
  kept = { picture, formats: new AbortController() };
  return { facts: picture.facts, variants: picture.variants };
}

async function serve(request: DecoderRequest): Promise<void> {
  const { id, limits, outputFolder, keepGainMap, heicDecoder } = request;
  const options: ImagingOptions = {
    limits,
    outputFolder,
    keepGainMap,
    heicDecoder,
    onStep: (step) => send({ type: 'step', id, step }),
    onHeicDecoder: (report) => send({ type: 'heic', id, report }),
  };
  send({ type: 'begun', id });
  // On Linux the parent reads the memory itself, even while this process is stuck and cannot report it.
  const report = () => send({ type: 'memory', bytes: process.memoryUsage.rss() });
  const reporting = process.platform === 'linux' ? undefined : setInterval(report, MEMORY_REPORT_MS);
  try {
    send({ type: 'done', id, result: await perform(request, options) });
  } catch (error) {
    send(createFailureMessage(id, error));
  } finally {
    clearInterval(reporting);
  }
}

async function release(): Promise<void> {
  const released = kept;
  kept = undefined;
  released?.formats.abort();
  await released?.picture.release();
}

readLines(
  channel,
  LINE_BYTES_MAX,
  (line) => {
    const request = JSON.parse(line) as DecoderRequest | typeof RELEASE;
    void ('release' in request ? release() : serve(request));
  },
  () => process.kill(process.pid, 'SIGKILL'),
);
send({ type: 'ready' });
