import { byteSize, listenHost, path, wholeNumber } from '../readers.js';
import type { SettingGroup } from '../setting.js';

const GIB = 2 ** 30;

export const httpSettings = {
  DARKROOM_HOST: {
    takes: 'an IP address or a host name',
    default: '127.0.0.1',
    description: 'Where the api listens. Other machines reach it only when this is not a loopback address.',
    schema: listenHost,
  },
  DARKROOM_PORT: {
    takes: 'a whole number from 0 to 65535',
    default: '8080',
    description: 'The port the api listens on; 0 takes any free one.',
    schema: wholeNumber(0, 65_535),
  },
  DARKROOM_MAX_BYTES: {
    takes: 'a number of bytes from 1 to 5GiB, plain or with KiB, MiB or GiB',
    default: '52428800',
    description: 'Largest file of an upload; a larger one is refused with `too_large`.',
    // S3 takes 5 GiB in one PUT (Amazon S3 User Guide, "Uploading objects").
    schema: byteSize(1, 5 * GIB),
  },
  DARKROOM_MAX_REQUEST_BYTES: {
    takes: 'a number of bytes from 1 to 150GiB, plain or with KiB, MiB or GiB, not below DARKROOM_MAX_BYTES',
    default: '209715200',
    description: 'Largest upload request with all its files; a larger one is refused with `too_large`.',
    schema: byteSize(1, 150 * GIB),
  },
  DARKROOM_MAX_FILES: {
    takes: 'a whole number from 1 to 1000',
    default: '30',
    description: 'Most files in one upload request.',
    schema: wholeNumber(1, 1_000),
  },
  DARKROOM_DISK_FLOOR: {
    takes: 'a number of bytes from 0 to 100000GiB, plain or with KiB, MiB or GiB',
    default: '256MiB',
    description:
      'Bytes that an upload leaves free on the disk it is written to (that of DARKROOM_MEDIA; with S3 that of temporary files); one that would not is refused with `unavailable`. The rest is for variants, the database and the log. 0: none.',
    schema: byteSize(0, 100_000 * GIB),
  },
  DARKROOM_UPLOADS_PER_MINUTE: {
    takes: 'a whole number from 0 to 100000',
    default: '120',
    description: 'Uploads a client may make in a minute; beyond it `rate_limited`. 0: no limit.',
    schema: wholeNumber(0, 100_000),
  },
  DARKROOM_UPLOAD_BURST: {
    takes: 'a whole number from 1 to 100000',
    default: '60',
    description: 'Uploads a rested client may make at once before DARKROOM_UPLOADS_PER_MINUTE slows it down.',
    schema: wholeNumber(1, 100_000),
  },
  DARKROOM_SIGN_INS_PER_MINUTE: {
    takes: 'a whole number from 0 to 100000',
    default: '10',
    description: 'Sign-ins a client may try in a minute; beyond it `rate_limited`. 0: no limit.',
    schema: wholeNumber(0, 100_000),
  },
  DARKROOM_WEB: {
    takes: 'a path',
    defaultMeaning: 'no page: `/` leads to the docs (`npm start` sets it to the gallery it has built)',
    description:
      'Folder of the built gallery, which the api serves at `/`. Unset where something else serves it, as nginx does.',
    schema: path,
  },
  DARKROOM_LAME_DUCK_SECONDS: {
    takes: 'a whole number from 0 to 3600',
    default: '0',
    description:
      'Seconds that the api goes on serving after SIGTERM, at most, while `/readyz` says that it is not ready: for whoever shares requests out among several apis. It ends earlier when none has come for three seconds. Compose sets 15.',
    schema: wholeNumber(0, 3_600),
  },
  DARKROOM_DRAIN_SECONDS: {
    takes: 'a whole number from 0 to 3600',
    default: '25',
    description:
      'Seconds that api and worker take to finish what is under way after SIGTERM; then they leave it to be done again. Keep it below the time after which the host kills them (Compose: stop_grace_period).',
    schema: wholeNumber(0, 3_600),
  },
} as const satisfies SettingGroup;
