/** Versions that a cache can have, newest first within an engine. Source: SOURCES.md, S55. */
export const ENGINE_VERSIONS: readonly { engine: string; version: string; family: string }[] = [
  { engine: 'valkey', version: '8.1', family: 'valkey8' },
  { engine: 'valkey', version: '8.0', family: 'valkey8' },
  { engine: 'valkey', version: '7.2', family: 'valkey7' },
  { engine: 'redis', version: '7.1', family: 'redis7' },
  { engine: 'redis', version: '7.0', family: 'redis7' },
  { engine: 'redis', version: '6.2', family: 'redis6.x' },
];

/** Parameters of every Redis and Valkey family, with their defaults. */
export const PARAMETERS: Readonly<Record<string, string>> = {
  'maxmemory-policy': 'volatile-lru',
  'maxmemory-samples': '3',
  'reserved-memory-percent': '25',
  'notify-keyspace-events': '',
  'tcp-keepalive': '300',
  timeout: '0',
  databases: '16',
  'cluster-enabled': 'no',
  'lazyfree-lazy-eviction': 'no',
};
