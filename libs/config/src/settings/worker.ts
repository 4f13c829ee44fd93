import { defaultFormats, firstFormat, variantFormats } from '@darkroom/contracts';
import { z } from 'zod';
import { byteSize, formatList, listenHost, wholeNumber } from '../readers.js';
import type { SettingGroup } from '../setting.js';

export const workerSettings = {
  DARKROOM_FORMATS: {
    accepts: `a comma-separated list of output formats, such as \`jpeg,webp,avif\`, that includes \`${firstFormat}\``,
    values: variantFormats,
    default: defaultFormats.join(','),
    description:
      'Formats of the variants of new pictures. A picture is ready when its JPEGs are; the other formats follow. AVIF is a third smaller than JPEG, but takes a worker several times as long as WebP.',
    schema: formatList,
  },
  DARKROOM_KEEP_GAIN_MAP: {
    accepts: '`on` or `off`',
    default: 'off',
    description:
      'With `on`, the largest JPEG of an UltraHDR photograph keeps its gain map, so that HDR screens show it brighter. That JPEG is up to twice as large, and a photograph of 12 megapixels takes a second longer.',
    schema: z.enum(['on', 'off']).transform((text) => text === 'on'),
  },
  DARKROOM_HEIC_DECODER: {
    accepts: '`auto` or `webassembly`',
    default: 'auto',
    description:
      'What decodes HEIC. `auto` uses libavcodec, the library of FFmpeg, if it is installed on the machine, and WebAssembly otherwise. `webassembly` never loads libavcodec.',
    schema: z.enum(['auto', 'webassembly']),
  },
  DARKROOM_MAX_PIXELS: {
    accepts: 'a whole number from 1 to 1000000000',
    default: '100000000',
    description:
      'Maximum number of pixels of a picture, over all frames of an animation. A larger picture fails with `too_many_pixels`. The default is 100 megapixels.',
    schema: wholeNumber(1, 1_000_000_000),
  },
  DARKROOM_MAX_FRAMES: {
    accepts: 'a whole number from 1 to 100000',
    default: '500',
    description: 'Maximum number of frames of an animation. A longer one fails with `too_many_frames`.',
    schema: wholeNumber(1, 100_000),
  },
  DARKROOM_TIMEOUT_SECONDS: {
    accepts: 'a whole number from 1 to 3600',
    default: '30',
    description:
      'Maximum seconds for processing one picture. Beyond that it fails with `processing_timeout`.',
    schema: wholeNumber(1, 3_600),
  },
  DARKROOM_MAX_MEMORY: {
    accepts: 'a number of bytes from 192MiB to 64GiB, plain or with KiB, MiB or GiB',
    default: '1GiB',
    description:
      'Maximum memory for decoding one picture, including the 70 MiB of the decoder itself. Beyond that it fails with `out_of_memory`.',
    schema: byteSize(192 * 2 ** 20, 64 * 2 ** 30),
  },
  DARKROOM_WORKER_CONCURRENCY: {
    accepts: 'a whole number from 1 to 256',
    defaultMeaning: '2 per core that the process may use, from 2 to 32',
    description:
      'Jobs that one worker runs at a time. Each has a decoder process that may use up to DARKROOM_MAX_MEMORY.',
    schema: wholeNumber(1, 256),
  },
  DARKROOM_DECODER_IDLE_SECONDS: {
    accepts: 'a whole number from 0 to 86400',
    default: '30',
    description:
      'Seconds after which a decoder process without a picture ends and frees its memory, 50 to 150 MB. A fresh one of 25 MB remains for the next picture, which takes 0.1 s longer. 0: decoders never end.',
    schema: wholeNumber(0, 86_400),
  },
  DARKROOM_WORKER_HOST: {
    accepts: 'an IP address or a host name',
    default: '127.0.0.1',
    description: "The address of the worker's health and metrics endpoints.",
    schema: listenHost,
  },
  DARKROOM_WORKER_PORT: {
    accepts: 'a whole number from 0 to 65535',
    default: '9090',
    description: "The port of the worker's health and metrics endpoints. 0: any free port.",
    schema: wholeNumber(0, 65_535),
  },
} as const satisfies SettingGroup;
