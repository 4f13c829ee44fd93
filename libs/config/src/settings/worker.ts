import { defaultFormats, firstFormat, variantFormats } from '@darkroom/contracts';
import { byteSize, formatList, listenHost, wholeNumber } from '../readers.js';
import type { SettingGroup } from '../setting.js';

export const workerSettings = {
  DARKROOM_FORMATS: {
    takes: `a comma-separated list of output formats such as \`jpeg,webp,avif\`, with \`${firstFormat}\` among them`,
    values: variantFormats,
    default: defaultFormats.join(','),
    description:
      'Formats that variants are made in, from the next picture on. A picture is ready with JPEG; the others follow. AVIF is a third smaller than JPEG and keeps a worker busy for several times as long as WebP.',
    schema: formatList,
  },
  DARKROOM_MAX_PIXELS: {
    takes: 'a whole number from 1 to 1000000000',
    default: '100000000',
    description:
      'Most pixels of a picture, over all frames of an animation; beyond it the picture fails with `too_many_pixels`.',
    schema: wholeNumber(1, 1_000_000_000),
  },
  DARKROOM_MAX_FRAMES: {
    takes: 'a whole number from 1 to 100000',
    default: '500',
    description: 'Most frames of an animation; beyond it the picture fails with `too_many_frames`.',
    schema: wholeNumber(1, 100_000),
  },
  DARKROOM_TIMEOUT_SECONDS: {
    takes: 'a whole number from 1 to 3600',
    default: '30',
    description: 'Seconds one picture may take; beyond it the picture fails with `processing_timeout`.',
    schema: wholeNumber(1, 3_600),
  },
  DARKROOM_MAX_MEMORY: {
    takes: 'a number of bytes from 192MiB to 64GiB, plain or with KiB, MiB or GiB',
    default: '1GiB',
    description:
      'Memory that decoding one picture may take, with the 70 MiB of the decoder itself; beyond it the picture fails with `out_of_memory`.',
    schema: byteSize(192 * 2 ** 20, 64 * 2 ** 30),
  },
  DARKROOM_WORKER_CONCURRENCY: {
    takes: 'a whole number from 1 to 256',
    defaultMeaning: '2 for each core that the process may use, from 2 to 32',
    description:
      'Jobs that one worker runs at a time, each with a decoder process that may take DARKROOM_MAX_MEMORY at worst.',
    schema: wholeNumber(1, 256),
  },
  DARKROOM_WORKER_HOST: {
    takes: 'an IP address or a host name',
    default: '127.0.0.1',
    description: "Where the worker's health and metrics listen.",
    schema: listenHost,
  },
  DARKROOM_WORKER_PORT: {
    takes: 'a whole number from 0 to 65535',
    default: '9090',
    description: "Port of the worker's health and metrics; 0 takes any free one.",
    schema: wholeNumber(0, 65_535),
  },
} as const satisfies SettingGroup;
