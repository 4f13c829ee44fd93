export * from './free-port.js';
export { SHARED_FOLDER } from './postgres-binaries.js';
export { startPostgres, type Postgres, type PostgresOptions } from './start-postgres.js';
export { startRedis, type Redis, type RedisOptions } from './start-redis.js';
export { startServerProcess, type ServerProcess, type ServerProcessOptions } from './server-process.js';
export { mayEnter, postgresAccount, type Account } from './system-account.js';
export { startWatchdog, type Watchdog } from './watchdog.js';
