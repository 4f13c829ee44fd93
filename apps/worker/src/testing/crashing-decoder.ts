import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

// A decoder process that draws nothing and does what the original says: `crash`, `crash once`, `crash formats`,
// `crash formats once`, `hang`, or anything else.

interface Request {
  id: number;
  input: { path: string };
  recipe: { sizes: readonly { name: string }[] };
  format: string | null;
  outputFolder: string;
}

const channel = new Socket({ fd: 3 });
const say = (message: unknown) => channel.write(`${JSON.stringify(message)}\n`);

/** The working folder, which outlives a process. */
const CRASHED = join(process.cwd(), 'crashed');

function crashes(wish: string, isFurther: boolean): boolean {
  if (!wish.startsWith('crash') || (wish.includes('formats') && !isFurther)) return false;
  return !wish.endsWith('once') || !existsSync(CRASHED);
}

function serve({ id, input, recipe, format, outputFolder }: Request): void {
  say({ type: 'begun', id });
  const wish = readFileSync(input.path, 'latin1');
  if (wish === 'hang') {
    say({ type: 'step', id, step: 'encoding' });
    return;
  }
  if (crashes(wish, format !== null)) {
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
  .on('line', (line) => serve(JSON.parse(line) as Request))
  .on('close', () => process.kill(process.pid, 'SIGKILL'));
say({ type: 'ready' });
