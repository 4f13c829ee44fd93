import { byteSize, listenHost, path, wholeNumber } from '../readers.js';
import type { SettingGroup } from '../setting.js';

const GIB = 2 ** 30;

export const httpSettings = {
  DARKROOM_HOST: {
    accepts: 'an IP address or a host name',
    default: '127.0.0.1',
    description:
      'The address on which the api listens. Other machines can reach it only if this is not a loopback address.',
    schema: listenHost,
  },
  DARKROOM_PORT: {
    accepts: 'a whole number from 0 to 65535',
    default: '8080',
    description: 'The port on which the api listens. 0: any free port.',
    schema: wholeNumber(0, 65_535),
  },
  DARKROOM_MAX_BYTES: {
    accepts: 'a number of bytes from 1 to 5GiB, plain or with KiB, MiB or GiB',
    default: '50MiB',
    description: 'Maximum size of an uploaded file. A larger one is refused with `too_large`.',
    // S3 accepts up to 5 GiB in one PUT (Amazon S3 User Guide, "Uploading objects").
    schema: byteSize(1, 5 * GIB),
  },
  DARKROOM_MAX_REQUEST_BYTES: {
    accepts: 'a number of bytes from 1 to 150GiB, plain or with KiB, MiB or GiB, at least DARKROOM_MAX_BYTES',
    default: '200MiB',
    description:
      'Maximum size of an upload request with all its files. A larger one is refused with `too_large`.',
    schema: byteSize(1, 150 * GIB),
  },
  DARKROOM_MAX_FILES: {
    accepts: 'a whole number from 1 to 1000',
    default: '30',
    description: 'Maximum number of files in one upload request.',
    schema: wholeNumber(1, 1_000),
  },
  DARKROOM_DISK_FLOOR: {
    accepts: 'a number of bytes from 0 to 100000GiB, plain or with KiB, MiB or GiB',
    default: '256MiB',
    description:
      'Free space that uploads may not use, for variants, the database and the log. It applies to the disk of DARKROOM_MEDIA, or with S3 to that of temporary files. An upload that does not fit is refused with `unavailable`. 0: no reserve.',
    schema: byteSize(0, 100_000 * GIB),
  },
  DARKROOM_PUBLISHED_ON: {
    accepts: 'an IP address or a host name',
    defaultMeaning: 'DARKROOM_HOST',
    description:
      'The address under which a container or a proxy publishes this Darkroom. If only this machine can reach it, set it to a loopback address, as Compose does: uploads then have no rate limit in open mode.',
    schema: listenHost,
  },
  DARKROOM_UPLOADS_PER_MINUTE: {
    accepts: 'a whole number from 0 to 100000',
    defaultMeaning: '3000; no limit in open mode on a loopback address',
    description:
      'Rate limit: uploads per minute, per owner of a token or session, or per address in open mode. More are refused with `rate_limited`. 0: no limit.',
    schema: wholeNumber(0, 100_000),
  },
  DARKROOM_UPLOAD_BURST: {
    accepts: 'a whole number from 1 to 100000',
    default: '1000',
    description:
      'Uploads that a caller may send at once after a pause, before DARKROOM_UPLOADS_PER_MINUTE applies.',
    schema: wholeNumber(1, 100_000),
  },
  DARKROOM_MAX_WAITING: {
    accepts: 'a whole number from 0 to 100000000',
    default: '10000',
    description:
      'Maximum number of pictures of one owner that wait or are being processed. Beyond that, uploads are refused with `too_much_waiting` and the time to wait. 0: no limit.',
    schema: wholeNumber(0, 100_000_000),
  },
  DARKROOM_MAX_WAITING_BYTES: {
    accepts: 'a number of bytes from 0 to 100000GiB, plain or with KiB, MiB or GiB',
    default: '50GiB',
    description: 'The same limit for the size of the waiting originals together. 0: no limit.',
    schema: byteSize(0, 100_000 * GIB),
  },
  DARKROOM_SIGN_INS_PER_MINUTE: {
    accepts: 'a whole number from 0 to 100000',
    default: '10',
    description:
      'Rate limit: sign-in attempts per minute and client. More are refused with `rate_limited`. 0: no limit.',
    schema: wholeNumber(0, 100_000),
  },
  DARKROOM_WEB: {
    accepts: 'a path',
    defaultMeaning:
      'none: `/` redirects to the API reference (`npm start` sets it to the gallery that it builds)',
    description:
      'Folder of the built gallery, which the api serves at `/`. Leave it unset if something else serves the gallery, such as nginx.',
    schema: path,
  },
  DARKROOM_LAME_DUCK_SECONDS: {
    accepts: 'a whole number from 0 to 3600',
    default: '0',
    description:
      'Maximum seconds that the api keeps serving after SIGTERM while `/readyz` answers that it is not ready, so that a load balancer can switch to another api. It stops earlier when no request has arrived for three seconds. Compose sets 15.',
    schema: wholeNumber(0, 3_600),
  },
  DARKROOM_DRAIN_SECONDS: {
    accepts: 'a whole number from 0 to 3600',
    default: '25',
    description:
      'Maximum seconds that api and worker drain after SIGTERM. Work that is still in flight then is done again later. Keep it below the time after which the host kills them (Compose: stop_grace_period).',
    schema: wholeNumber(0, 3_600),
  },
} as const satisfies SettingGroup;
