import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Postgres, startPostgres } from '@darkroom/embedded';

/** No durability: a fill that is cut off starts again. */
const FILLING: Record<string, string> = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  shared_buffers: '512MB',
  autovacuum: 'off',
  jit: 'off',
};

/** The settings of docker-compose.yml. Every commit is durable. */
const SERVING: Record<string, string> = {
  shared_buffers: '256MB',
  effective_cache_size: '768MB',
  maintenance_work_mem: '64MB',
  max_connections: '100',
  random_page_cost: '1.1',
  max_wal_size: '1GB',
  wal_compression: 'on',
};

/**
 * Starts PostgreSQL on a folder, either to fill a database or to serve as docker-compose.yml configures it.
 *
 * @param folder - keeps the data; created when it does not exist
 */
export async function startCatalogueServer(folder: string, purpose: 'fill' | 'serve'): Promise<Postgres> {
  await mkdir(folder, { recursive: true });
  // As root, PostgreSQL runs as another user, who must be able to enter the folder.
  await chmod(folder, 0o755);
  return startPostgres({
    dataDir: join(folder, 'postgres'),
    password: 'darkroom',
    settings: purpose === 'fill' ? FILLING : SERVING,
  });
}
