import { z } from 'zod';
import { urlText, wholeNumber } from '../readers.js';
import { Secret } from '../secret.js';
import type { SettingGroup } from '../setting.js';

export const serviceSettings = {
  DATABASE_URL: {
    takes: 'a URL that begins with postgres:// or postgresql://',
    defaultMeaning: 'none; required (`npm start` brings a database)',
    secret: true,
    description: 'PostgreSQL, which holds the catalogue.',
    schema: urlText('postgres', 'postgresql').transform((url) => new Secret(url)),
  },
  DARKROOM_DATABASE_POOL: {
    takes: 'a whole number from 1 to 1000',
    default: '10',
    description: 'Most connections that one process opens to the database.',
    schema: wholeNumber(1, 1_000),
  },
  REDIS_URL: {
    takes: 'a URL that begins with redis:// or rediss://',
    defaultMeaning: 'none; required with DARKROOM_BROKER=redis',
    secret: true,
    description:
      'Redis, which hands out jobs. It must run with `maxmemory-policy noeviction`: with NODE_ENV=production nothing starts on another one, else a warning says so.',
    schema: urlText('redis', 'rediss').transform((url) => new Secret(url)),
  },
  DARKROOM_BROKER: {
    takes: '`redis` or `postgres`',
    defaultMeaning: '`redis` when REDIS_URL is set, else `postgres`',
    description: 'Which service hands out jobs; `postgres` is for one machine and uses DATABASE_URL.',
    schema: z.enum(['redis', 'postgres']),
  },
  NODE_ENV: {
    takes: '`production` or any other word',
    defaultMeaning: 'none (`npm start` and the images set `production`)',
    description: 'In `production`, what would lose pictures is an error at start and not a warning.',
    schema: z.string(),
  },
  LOG_LEVEL: {
    takes: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`',
    default: 'info',
    description: 'The least severe line that is logged.',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  },
} as const satisfies SettingGroup;
