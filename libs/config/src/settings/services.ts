import { z } from 'zod';
import { urlText, wholeNumber } from '../readers.js';
import { Secret } from '../secret.js';
import type { SettingGroup } from '../setting.js';

export const serviceSettings = {
  DATABASE_URL: {
    accepts: 'a URL that begins with postgres:// or postgresql://',
    defaultMeaning: 'none; required (`npm start` provides a database)',
    secret: true,
    description: 'The PostgreSQL database that holds the catalogue.',
    schema: urlText('postgres', 'postgresql').transform((url) => new Secret(url)),
  },
  DARKROOM_DATABASE_POOL: {
    accepts: 'a whole number from 1 to 1000',
    default: '10',
    description: 'Maximum number of database connections per process.',
    schema: wholeNumber(1, 1_000),
  },
  REDIS_URL: {
    accepts: 'a URL that begins with redis:// or rediss://',
    defaultMeaning: 'none; required with DARKROOM_BROKER=redis',
    secret: true,
    description:
      'The Redis that queues jobs. It must run with `maxmemory-policy noeviction`. With another policy, api and worker refuse to start if NODE_ENV=production, and log a warning otherwise.',
    schema: urlText('redis', 'rediss').transform((url) => new Secret(url)),
  },
  DARKROOM_BROKER: {
    accepts: '`redis` or `postgres`',
    defaultMeaning: '`redis` if REDIS_URL is set, otherwise `postgres`',
    description: 'The service that queues jobs. `postgres` is for a single machine and uses DATABASE_URL.',
    schema: z.enum(['redis', 'postgres']),
  },
  NODE_ENV: {
    accepts: '`production` or any other text',
    defaultMeaning: 'none (`npm start` and the images set `production`)',
    description:
      'In `production`, a configuration that could lose pictures is an error at start instead of a warning.',
    schema: z.string(),
  },
  LOG_LEVEL: {
    accepts: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`',
    default: 'info',
    description: 'The lowest severity that is logged.',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  },
} as const satisfies SettingGroup;
