import { z } from 'zod';
import { locationPath, path, secretText, urlText, wholeNumber } from '../readers.js';
import type { SettingGroup } from '../setting.js';

export const storageSettings = {
  DARKROOM_DATA: {
    accepts: 'a path',
    default: '.darkroom',
    description:
      'Folder of everything that `npm start` stores on this machine. A relative path starts at the project for `npm start`, otherwise at the working directory.',
    schema: path,
  },
  DARKROOM_STORAGE: {
    accepts: '`folder` or `s3`',
    default: 'folder',
    description: 'Where the bytes of pictures are stored.',
    schema: z.enum(['folder', 's3']),
  },
  DARKROOM_MEDIA: {
    accepts: 'a path',
    defaultMeaning: 'the folder `media` in DARKROOM_DATA',
    description: 'With DARKROOM_STORAGE=folder: the folder of the pictures. Api and workers must share it.',
    schema: path,
  },
  DARKROOM_ACCEL_REDIRECT: {
    accepts: 'a path that begins and ends with `/`, such as `/_media/`',
    defaultMeaning: 'none: the api sends the bytes itself',
    description:
      'With DARKROOM_STORAGE=folder: the internal location under which the nginx in front has the same folder. The api then only checks links, and nginx sends the bytes (X-Accel-Redirect). Without that nginx, pictures arrive empty.',
    schema: locationPath,
  },
  DARKROOM_BUCKET: {
    accepts: 'the name of an S3 bucket (3 to 63 lower-case letters, digits, dots and hyphens)',
    defaultMeaning: 'none; required with DARKROOM_STORAGE=s3',
    description: 'With DARKROOM_STORAGE=s3: the bucket of the pictures.',
    schema: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  },
  DARKROOM_SSE: {
    accepts: '`none`, `AES256` or `aws:kms`',
    default: 'none',
    description:
      'Server-side encryption requested for every object written to S3. `none` uses the default of the bucket.',
    schema: z.enum(['none', 'AES256', 'aws:kms']),
  },
  DARKROOM_SSE_KMS_KEY: {
    accepts: 'the id, ARN or alias of a KMS key; only with DARKROOM_SSE=aws:kms',
    defaultMeaning: 'the AWS managed key for S3',
    description: 'The key used with DARKROOM_SSE=aws:kms.',
    schema: z.string().regex(/^[A-Za-z0-9:/_-]{1,2048}$/),
  },
  AWS_REGION: {
    accepts: 'the name of a region such as `eu-central-1`',
    defaultMeaning: 'what the AWS SDK finds',
    description: 'Region of the bucket. The AWS SDK finds the credentials; Darkroom has no setting for them.',
    schema: z.string().regex(/^[a-z0-9-]{1,63}$/),
  },
  AWS_ENDPOINT_URL: {
    accepts: 'an http or https URL',
    defaultMeaning: 'AWS itself',
    description: 'Another S3-compatible service, such as an emulator. Its buckets are addressed by path.',
    schema: urlText('http', 'https'),
  },
  DARKROOM_LINK_SECRET: {
    accepts: '32 to 1000 visible ASCII characters without spaces',
    defaultMeaning: 'none; required by the api with DARKROOM_STORAGE=folder (`npm start` makes one)',
    secret: true,
    description: 'Signs links to pictures in the folder storage. Changing it invalidates all existing links.',
    schema: secretText(32, 1_000),
  },
  DARKROOM_LINK_SECONDS: {
    accepts: 'a whole number from 60 to 604800',
    default: '3600',
    description: 'Seconds for which a signed link is valid. The maximum is 7 days, the limit of S3.',
    schema: wholeNumber(60, 604_800),
  },
} as const satisfies SettingGroup;
