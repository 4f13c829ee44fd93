import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres, type Watchdog } from '@darkroom/embedded';
import { KillableServer } from './killable-server.js';

/**
 * Starts an embedded PostgreSQL 18 that can be killed and recovers without losing committed data.
 *
 * @param watchdog - cleans up if this process is killed
 */
export async function killablePostgres(watchdog: Watchdog): Promise<KillableServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-test-postgres-'));
  watchdog.guard({ folder });
  // When the test runs as root, the server runs as another user, who must be able to enter the folder.
  await chmod(folder, 0o755);
  const begin = async () => {
    const server = await startPostgres({
      dataDir: path.join(folder, 'data'),
      password: 'darkroom',
      watchdog,
      // The kernel survives and keeps all written data. A commit still waits for its write.
      settings: { fsync: 'off', full_page_writes: 'off' },
    });
    return {
      url: server.url,
      stop: () => server.stop(),
      kill: async () => {
        // Its other processes end when they notice that the first one has died.
        process.kill(server.pid, 'SIGKILL');
        await server.ended;
      },
    };
  };
  return KillableServer.start(begin, () => rm(folder, { recursive: true, force: true }));
}
