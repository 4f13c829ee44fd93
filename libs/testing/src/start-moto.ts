import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findFreePort, startServerProcess, type Watchdog } from '@darkroom/embedded';
import type { Started } from './services.js';

/** moto reports that it listens shortly before it does. */
const ATTEMPTS = 100;

/**
 * Starts moto, an AWS emulator, without data: `moto_server` from the PATH (`pip install 'moto[server]'`). Specs that share
 * it use their own account or stack.
 *
 * @param watchdog - cleans up if this process is killed
 */
export async function startMoto(watchdog?: Watchdog): Promise<Started<{ endpoint: string }>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-test-moto-'));
  watchdog?.guard({ folder });
  const clean = () => rm(folder, { recursive: true, force: true });
  try {
    const port = await findFreePort();
    const server = await startServerProcess({
      name: 'moto',
      // Without AWS's managed policies (MOTO_IAM_LOAD_MANAGED_POLICIES): the stack attaches none. With 1,300 of them in
      // each account, moto would grow to gigabytes and answer after a minute.
      command: 'moto_server',
      args: ['--host', '127.0.0.1', '--port', String(port)],
      ready: /Running on/,
      cwd: folder,
      stopSignals: ['SIGTERM'],
      startTimeout: 60_000,
      watchdog,
    });
    const endpoint = `http://127.0.0.1:${port}`;
    await answers(endpoint);
    return {
      service: { endpoint },
      stop: async () => {
        await server.stop();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}

async function answers(endpoint: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await fetch(`${endpoint}/moto-api/`, { signal: AbortSignal.timeout(5_000) });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await pause(50);
    }
  }
}
