import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Runs a Docker command.
 *
 * @returns its output, trimmed
 * @throws Error with its output if it fails
 */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { maxBuffer: 2 ** 24 });
  return stdout.trim();
}

/** Copies images from this machine's Docker to the Docker inside a container. */
export async function copyImages(images: readonly string[], container: string): Promise<void> {
  const save = spawn('docker', ['save', ...images], { stdio: ['ignore', 'pipe', 'inherit'] });
  const load = spawn('docker', ['exec', '-i', container, 'docker', 'load', '--quiet'], {
    stdio: [save.stdout, 'ignore', 'inherit'],
  });
  const ended = (child: typeof save | typeof load, what: string) =>
    new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`${what} ended with ${code}`)),
      );
    });
  await Promise.all([ended(save, 'docker save'), ended(load, 'docker load')]);
}
