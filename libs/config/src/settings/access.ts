import { z } from 'zod';
import { originList, proxyList, secretText, wholeNumber } from '../readers.js';
import type { SettingGroup } from '../setting.js';

export const accessSettings = {
  DARKROOM_ACCESS: {
    takes: '`open` or `token`',
    defaultMeaning: '`open` when DARKROOM_HOST is a loopback address; else it must be set',
    description:
      'Who may call: `open` lets in everybody who reaches the address, `token` those who present DARKROOM_TOKEN.',
    schema: z.enum(['open', 'token']),
  },
  DARKROOM_TOKEN: {
    takes: '16 to 1000 visible ASCII characters without spaces',
    defaultMeaning: 'none; required with DARKROOM_ACCESS=token',
    secret: true,
    description: 'The token that callers present (`Authorization: Bearer …`) or sign in with.',
    schema: secretText(16, 1_000),
  },
  DARKROOM_ORIGIN: {
    takes: 'a comma-separated list of web origins such as `https://pictures.example.org`',
    defaultMeaning: 'none: loopback names only',
    description:
      'Origins under which browsers reach this Darkroom, besides loopback names; requests from other sites are refused.',
    schema: originList,
  },
  DARKROOM_TRUSTED_PROXIES: {
    takes: 'a comma-separated list of IP addresses, CIDR ranges and the word `loopback`',
    defaultMeaning: 'none: the address of the connection counts',
    description:
      'Proxies whose X-Forwarded-* headers are believed. Everybody named here can claim any client address.',
    schema: proxyList,
  },
  DARKROOM_SESSION_SECONDS: {
    takes: 'a whole number from 60 to 34560000',
    default: '2592000',
    description: 'Seconds after which an unused session of the web page ends (30 days; browsers allow 400).',
    schema: wholeNumber(60, 34_560_000),
  },
} as const satisfies SettingGroup;
