import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { createCleanEnvironment } from './create-clean-environment.js';
import { services } from './services.js';

/** Available to every script. */
const PRELUDE = `
import io, sys
import numpy as np
from PIL import Image, ImageDraw
def write(data): sys.stdout.buffer.write(data)
`;

/**
 * Runs a Python script that draws a picture with the encoders of `services().python`: numpy, Pillow, pillow-heif,
 * tifffile, imagecodecs and psd-tools.
 *
 * @param script - passes the file to `write(data)`; has `np`, `io`, `Image` and `ImageDraw`
 * @returns the bytes that it wrote
 * @throws Error with the output of a script that fails
 */
export async function drawWithPython(script: string): Promise<Buffer> {
  const { python } = services();
  if (!python) throw new Error('Skip this test when services().python is missing.');
  const child = spawn(python.command, ['-'], {
    env: { ...createCleanEnvironment(), PYTHONUTF8: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(PRELUDE + script);
  const [data, errors, code] = await Promise.all([buffer(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`The Python script failed:\n${errors}`);
  return data;
}
