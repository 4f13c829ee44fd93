import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { awsError } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench, ensureAll } from '../../../test/bench.js';
import { resourceSuite } from '../../../test/resource-suite.js';
import { useEmulator } from '../../../test/use-emulator.js';
import { bucket } from './bucket.js';

resourceSuite('bucket', {
  define: (context) => [bucket(context)] as const,
  drifts: {
    'a changed Name tag and an added tag': ({ aws }, { name, tags }) => {
      const all = { ...tags, Name: 'mine', 'cost-center': '7' };
      const TagSet = Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
      return aws.s3.send(new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet } }));
    },
    'public access': ({ aws }, { name }) => aws.s3.send(new DeletePublicAccessBlockCommand({ Bucket: name })),
    'no policy': ({ aws }, { name }) => aws.s3.send(new DeleteBucketPolicyCommand({ Bucket: name })),
    'a changed encryption': ({ aws }, { name }) =>
      aws.s3.send(
        new PutBucketEncryptionCommand({
          Bucket: name,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
          },
        }),
      ),
    CORS: ({ aws }, { name }) =>
      aws.s3.send(
        new PutBucketCorsCommand({
          Bucket: name,
          CORSConfiguration: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
        }),
      ),
    'a changed lifecycle': ({ aws }, { name }) =>
      aws.s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: name,
          LifecycleConfiguration: {
            Rules: [{ ID: 'all', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } }],
          },
        }),
      ),
    versioning: ({ aws }, { name }) =>
      aws.s3.send(
        new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }),
      ),
  },
  foreign: ({ aws, stack }, Bucket) =>
    aws.s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: stack.region as 'eu-central-1' },
      }),
    ),
});

describe.skipIf(!services().moto)('a bucket that has just been deleted', () => {
  const emulator = useEmulator();

  it('counts as absent while AWS still answers to its name', async () => {
    const { context, run } = await createBench(emulator());
    const subject = bucket(context);
    await ensureAll([subject], run);
    const give = awsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    emulator().faults.add({ on: ({ name }) => name.startsWith('s3:GetBucket'), give });
    await expect(subject.find()).resolves.toBeUndefined();
  });
});
