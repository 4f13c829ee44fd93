import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Started } from './services.js';

/**
 * Finds the nginx on the PATH. Starts nothing: each spec starts its own, with the configuration it tests.
 *
 * @throws Error when nginx is not on the PATH
 */
export async function findNginx(): Promise<Started<{ version: string }>> {
  const { stderr } = await promisify(execFile)('nginx', ['-v']).catch((error: unknown) => {
    throw new Error('nginx is not on the PATH', { cause: error });
  });
  return {
    service: { version: /nginx\/([\d.]+)/.exec(stderr)?.[1] ?? '' },
    stop: async () => undefined,
  };
}
