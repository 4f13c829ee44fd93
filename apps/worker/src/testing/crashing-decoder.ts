import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

// A decoder process that decodes nothing. The original's bytes are its order: `crash`, `crash once`, `crash formats`,
// `crash formats once`, `hang`, or `hang formats`, which hangs with kept pixels until it must release them; it answers
// any other text with made-up variants.

interface Request {
  id: number;
  input: { path: string };
  recipe: { sizes: readonly { name: string }[] };
  format: string | null;
  pixels: 'free' | 'keep' | 'kept';
  outputFolder: string;
}

const channel = new Socket({ fd: 3 });
const say = (message: unknown) => channel.write(`${JSON.stringify(message)}\n`);

/** In the working folder, which outlives the process. */
const CRASHED = join(process.cwd(), 'crashed');

function crashes(order: string, isFurther: boolean): boolean {
  if (!order.startsWith('crash') || (order.includes('formats') && !isFurther)) return false;
  return !order.endsWith('once') || !existsSync(CRASHED);
}

/** The request that hangs with kept pixels. */
let hanging: number | undefined;

function release(): void {
  if (hanging !== undefined) say({ type: 'error', id: hanging, message: 'It was given up.' });
  hanging = undefined;
}

function serve({ id, input, recipe, format, pixels, outputFolder }: Request): void {
  say({ type: 'begun', id });
  const order = readFileSync(input.path, 'latin1');
  if (order === 'hang') {
    say({ type: 'step', id, step: 'encoding' });
    return;
  }
  if (order === 'hang formats' && pixels === 'kept') {
    hanging = id;
    return;
  }
  if (crashes(order, format !== null)) {
    writeFileSync(CRASHED, '');
    process.abort();
  }
  const variants = recipe.sizes.map(({ name }) => {
    const path = join(outputFolder, name);
    writeFileSync(path, '12345');
    return { name, format: format ?? 'jpeg', width: 1, height: 1, bytes: 5, path };
  });
  const unknown = { takenAt: null, camera: null, colourProfile: null, dominantColour: null };
  const facts = { width: 1, height: 1, frames: 1, thumbhash: 'AAAA', ...unknown };
  say({ type: 'done', id, result: { facts, variants } });
}

createInterface(channel)
  .on('line', (line) => {
    const request = JSON.parse(line) as Request | { release: true };
    if ('release' in request) release();
    else serve(request);
  })
  .on('close', () => process.kill(process.pid, 'SIGKILL'));
say({ type: 'ready' });
