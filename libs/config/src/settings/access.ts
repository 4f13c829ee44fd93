import { z } from 'zod';
import { originList, proxyList, secretText, wholeNumber } from '../readers.js';
import type { SettingGroup } from '../setting.js';

export const accessSettings = {
  DARKROOM_ACCESS: {
    accepts: '`open` or `token`',
    defaultMeaning: '`open` if DARKROOM_HOST is a loopback address; otherwise required',
    description:
      'Who may call: `open` accepts everyone who reaches the address, `token` only callers with DARKROOM_TOKEN.',
    schema: z.enum(['open', 'token']),
  },
  DARKROOM_TOKEN: {
    accepts: '16 to 1000 visible ASCII characters without spaces',
    defaultMeaning: 'none; required with DARKROOM_ACCESS=token',
    secret: true,
    description: 'The token that callers send (`Authorization: Bearer …`) or sign in with.',
    schema: secretText(16, 1_000),
  },
  DARKROOM_METRICS_TOKEN: {
    accepts: '16 to 1000 visible ASCII characters without spaces',
    defaultMeaning: 'none: `/metrics` answers on loopback addresses, and in the api also to DARKROOM_TOKEN',
    secret: true,
    description:
      'A token that may only read `/metrics` of api and worker (`Authorization: Bearer …`), for Prometheus on another machine or in another container.',
    schema: secretText(16, 1_000),
  },
  DARKROOM_ORIGIN: {
    accepts: 'a comma-separated list of web origins such as `https://pictures.example.org`',
    defaultMeaning: 'none: loopback names only',
    description:
      'Origins under which browsers reach this Darkroom, in addition to loopback names. Requests from other sites are refused.',
    schema: originList,
  },
  DARKROOM_TRUSTED_PROXIES: {
    accepts: 'a comma-separated list of IP addresses, CIDR ranges and the word `loopback`',
    defaultMeaning: 'none: the client is the address of the connection',
    description:
      'Proxies whose X-Forwarded-* headers are trusted. Each of them can claim any client address.',
    schema: proxyList,
  },
  DARKROOM_SESSION_SECONDS: {
    accepts: 'a whole number from 60 to 34560000',
    default: '2592000',
    description:
      'Seconds after which an unused session of the web page ends. The default is 30 days; browsers allow at most 400.',
    schema: wholeNumber(60, 34_560_000),
  },
} as const satisfies SettingGroup;
