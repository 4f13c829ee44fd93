import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

// A decoder process that decodes nothing: for every picture it writes the same small files. What a worker does with it
// is the platform's own work.

interface Request {
  id: number;
  recipe: { sizes: readonly { name: string; longSide: number }[] };
  format: string | null;
  outputFolder: string;
}

const BYTES = 5_000;
const data = Buffer.alloc(BYTES, 'x');
// As the decoder does.
process.umask(0o027);
const channel = new Socket({ fd: 3 });
const say = (message: unknown) => channel.write(`${JSON.stringify(message)}\n`);

function serve({ id, recipe, format, outputFolder }: Request): void {
  say({ type: 'begun', id });
  const variants = recipe.sizes.map(({ name, longSide }) => {
    const path = join(outputFolder, name);
    writeFileSync(path, data);
    return { name, format: format ?? 'jpeg', width: longSide, height: longSide, bytes: BYTES, path };
  });
  const unknown = { takenAt: null, camera: null, colourProfile: null, dominantColour: null };
  const facts = { width: 1600, height: 1600, frames: 1, thumbhash: 'AAAA', ...unknown };
  say({ type: 'done', id, result: { facts, variants } });
}

createInterface(channel)
  .on('line', (line) => {
    const message = JSON.parse(line) as Request | { release: true };
    // It keeps no pixels that it could release.
    if (!('release' in message)) serve(message);
  })
  .on('close', () => process.kill(process.pid, 'SIGKILL'));
say({ type: 'ready' });
