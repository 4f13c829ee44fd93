import { z } from 'zod';
import { locationPath, path, secretText, urlText, wholeNumber } from '../readers.js';
import type { SettingGroup } from '../setting.js';

export const storageSettings = {
  DARKROOM_DATA: {
    takes: 'a path',
    default: '.darkroom',
    description:
      'Folder of everything `npm start` keeps on this machine. A relative path begins at the project for `npm start`, else at the working directory.',
    schema: path,
  },
  DARKROOM_STORAGE: {
    takes: '`folder` or `s3`',
    default: 'folder',
    description: 'Where the bytes of pictures are kept.',
    schema: z.enum(['folder', 's3']),
  },
  DARKROOM_MEDIA: {
    takes: 'a path',
    defaultMeaning: 'the folder `media` in DARKROOM_DATA',
    description: 'With DARKROOM_STORAGE=folder: the folder. Api and every worker must see the same one.',
    schema: path,
  },
  DARKROOM_ACCEL_REDIRECT: {
    takes: 'a path that begins and ends with `/`, such as `/_media/`',
    defaultMeaning: 'none: the api sends the bytes itself',
    description:
      'With DARKROOM_STORAGE=folder: the internal location of the nginx in front under which it has the same folder. The api then checks links and leaves the bytes to nginx (X-Accel-Redirect); without that nginx in front, pictures come empty.',
    schema: locationPath,
  },
  DARKROOM_BUCKET: {
    takes: 'the name of an S3 bucket (3 to 63 lower-case letters, digits, dots and hyphens)',
    defaultMeaning: 'none; required with DARKROOM_STORAGE=s3',
    description: 'With DARKROOM_STORAGE=s3: the bucket.',
    schema: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  },
  DARKROOM_SSE: {
    takes: '`none`, `AES256` or `aws:kms`',
    default: 'none',
    description:
      'Server-side encryption asked for with every object written to S3; `none` leaves it to the bucket.',
    schema: z.enum(['none', 'AES256', 'aws:kms']),
  },
  DARKROOM_SSE_KMS_KEY: {
    takes: 'the id, ARN or alias of a KMS key, with DARKROOM_SSE=aws:kms alone',
    defaultMeaning: 'the AWS managed key of S3',
    description: 'The key for DARKROOM_SSE=aws:kms.',
    schema: z.string().regex(/^[A-Za-z0-9:/_-]{1,2048}$/),
  },
  AWS_REGION: {
    takes: 'the name of a region such as `eu-central-1`',
    defaultMeaning: 'as the AWS SDK finds it',
    description: 'Region of the bucket. Credentials are found by the AWS SDK and are no setting of Darkroom.',
    schema: z.string().regex(/^[a-z0-9-]{1,63}$/),
  },
  AWS_ENDPOINT_URL: {
    takes: 'an http or https URL',
    defaultMeaning: 'AWS itself',
    description: 'Another service that speaks S3, such as an emulator; its buckets are addressed by path.',
    schema: urlText('http', 'https'),
  },
  DARKROOM_LINK_SECRET: {
    takes: '32 to 1000 visible ASCII characters without spaces',
    defaultMeaning: 'none; required by the api with DARKROOM_STORAGE=folder (`npm start` makes one)',
    secret: true,
    description: 'Signs links to pictures on a folder. Changing it ends every link given out.',
    schema: secretText(32, 1_000),
  },
  DARKROOM_LINK_SECONDS: {
    takes: 'a whole number from 60 to 604800',
    default: '3600',
    description: 'Seconds a signed link is valid, 7 days at most (the limit of S3).',
    schema: wholeNumber(60, 604_800),
  },
} as const satisfies SettingGroup;
