import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteBucketPolicyCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type BucketLocationConstraint,
  type CORSRule,
} from '@aws-sdk/client-s3';
import { isDenied, isNotFound, orAbsent } from '../../aws/aws-errors.js';
import type { Context } from '../../context.js';
import { differing } from '../../engine/differing.js';
import { searchByName, type Kind } from '../../engine/kind.js';
import { assertOurs, tagDifferences } from '../../engine/ownership.js';
import { defineBlueprint } from '../../engine/profile.js';
import { defineResource, type Cost, type Difference, type Resource } from '../../engine/resource.js';
import { ProvisionFault } from '../../errors.js';
import { readTags, tagList, tagsOf } from '../../stack.js';
import { differingPolicy } from '../policy.js';
import { bucketName } from './bucket-name.js';
import { LIFECYCLE, NO_PUBLIC_ACCESS, tlsOnly } from './bucket-rules.js';
import { emptyBucket } from './empty-bucket.js';

export interface Bucket {
  name: string;
  encryption: string | undefined;
  ownership: string | undefined;
  publicAccess: unknown;
  policy: unknown;
  lifecycle: unknown;
  versioning: string | undefined;
  cors: CORSRule[] | undefined;
  tags: Record<string, string>;
}

const KEY = 'bucket';
const COSTS: readonly Cost[] = [{ item: 's3-storage', quantity: 1 }];

const KIND: Kind = {
  name: 'S3 bucket',
  making: [
    's3:CreateBucket',
    's3:DeleteBucket',
    's3:DeleteBucketPolicy',
    's3:DeleteObject',
    's3:GetBucketCORS',
    's3:GetBucketOwnershipControls',
    's3:GetBucketPolicy',
    's3:GetBucketPublicAccessBlock',
    's3:GetBucketTagging',
    's3:GetBucketVersioning',
    's3:GetEncryptionConfiguration',
    's3:GetLifecycleConfiguration',
    's3:ListAllMyBuckets',
    's3:ListBucket',
    's3:ListBucketMultipartUploads',
    's3:ListBucketVersions',
    's3:PutBucketOwnershipControls',
    's3:PutBucketPolicy',
    's3:PutLifecycleConfiguration',
    's3:TagResource',
  ],
  repairing: [
    's3:AbortMultipartUpload',
    's3:DeleteObjectVersion',
    's3:PutBucketCORS',
    's3:PutBucketPublicAccessBlock',
    's3:PutBucketTagging',
    's3:PutBucketVersioning',
    's3:PutEncryptionConfiguration',
  ],
  listing: ['s3:ListAllMyBuckets'],
  arns: (prefix) => [`arn:aws:s3:::${prefix}*`],
  examples: (stack) => [`arn:aws:s3:::${bucketName(stack)}`],
  search: searchByName(async ({ s3 }) => {
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    return Buckets.map(({ Name }) => ({ id: Name, costs: COSTS }));
  }),
};

/** The bucket for pictures and releases: encrypted, private, TLS only. */
export const bucket = defineBlueprint(KIND, (context: Context): Resource<Bucket> => {
  const { stack, aws } = context;
  const name = bucketName(stack);
  return defineResource<Bucket>({
    key: KEY,
    kind: KIND.name,
    name,
    costs: COSTS,
    data: 'every picture and its variants',
    // A bucket that has just been deleted may still answer to its name.
    find: () => orAbsent(findBucket(context, name)),
    create: () => createBucket(context, name),
    differences: (found) => [
      ...accessDifferences(aws.s3, found),
      ...contentDifferences(aws.s3, found),
      ...tagDifferences(stack, KEY, found.tags, () => putTags(context, found)),
    ],
    destroy: async () => {
      // The policy refuses requests without TLS, such as those of a test.
      await aws.s3.send(new DeleteBucketPolicyCommand({ Bucket: name }));
      await emptyBucket(aws.s3, name);
      await aws.s3.send(new DeleteBucketCommand({ Bucket: name }));
    },
    describe: () => name,
  });
});

/** Reads one setting of a bucket; undefined when it is not set. */
async function readSetting<T, V>(
  call: Promise<T>,
  read: (answer: T) => V | undefined,
): Promise<V | undefined> {
  try {
    return read(await call);
  } catch (error) {
    // NoSuchTagSet, NoSuchBucketPolicy, NoSuchLifecycleConfiguration, …ConfigurationNotFoundError
    if (error instanceof Error && /^NoSuch|NotFound/.test(error.name) && error.name !== 'NoSuchBucket')
      return undefined;
    throw error;
  }
}

async function exists(s3: Context['aws']['s3'], Bucket: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket }));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    if (!isDenied(error)) throw error;
    throw new ProvisionFault(
      'aws',
      `The bucket ${Bucket} exists, but cannot be read: it belongs to another account, or these credentials lack s3:ListBucket.`,
      error,
    );
  }
}

async function findBucket({ aws: { s3 }, stack }: Context, name: string): Promise<Bucket | undefined> {
  if (!(await exists(s3, name))) return undefined;
  const at = { Bucket: name };
  const tagSet = await readSetting(s3.send(new GetBucketTaggingCommand(at)), ({ TagSet }) => TagSet);
  const tags = readTags(tagSet);
  assertOurs(stack, KEY, { id: `s3://${name}`, tags });
  const [encryption, ownership, publicAccess, policy, lifecycle, versioning, cors] = await Promise.all([
    readSetting(
      s3.send(new GetBucketEncryptionCommand(at)),
      (answer) =>
        answer.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault
          ?.SSEAlgorithm,
    ),
    readSetting(
      s3.send(new GetBucketOwnershipControlsCommand(at)),
      (answer) => answer.OwnershipControls?.Rules?.[0]?.ObjectOwnership,
    ),
    readSetting(
      s3.send(new GetPublicAccessBlockCommand(at)),
      (answer) => answer.PublicAccessBlockConfiguration,
    ),
    readSetting(
      s3.send(new GetBucketPolicyCommand(at)),
      ({ Policy = 'null' }) => JSON.parse(Policy) as unknown,
    ),
    readSetting(s3.send(new GetBucketLifecycleConfigurationCommand(at)), ({ Rules }) => Rules),
    readSetting(s3.send(new GetBucketVersioningCommand(at)), ({ Status }) => Status),
    readSetting(s3.send(new GetBucketCorsCommand(at)), ({ CORSRules }) => CORSRules),
  ]);
  return { name, tags, encryption, ownership, publicAccess, policy, lifecycle, versioning, cors };
}

async function createBucket({ aws: { s3 }, stack }: Context, name: string): Promise<void> {
  await s3.send(
    new CreateBucketCommand({
      Bucket: name,
      CreateBucketConfiguration: {
        // Tags are part of this call. If a run stopped before a second call, the next run would see a foreign bucket.
        Tags: tagList(stack, KEY),
        // us-east-1 is the only region that must not be named.
        ...(stack.region !== 'us-east-1' && {
          LocationConstraint: stack.region as BucketLocationConstraint,
        }),
      },
    }),
  );
}

/** Replaces all tags in one call, and keeps those that somebody added. */
function putTags({ aws, stack }: Context, { name, tags }: Bucket): Promise<unknown> {
  const all = { ...tags, ...tagsOf(stack, KEY) };
  const TagSet = Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
  return aws.s3.send(new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet } }));
}

/** Differences in who can access the objects. */
function accessDifferences(s3: Context['aws']['s3'], found: Bucket): Difference[] {
  const Bucket = found.name;
  const policy = tlsOnly(Bucket);
  return [
    ...differing('public access block', found.publicAccess, NO_PUBLIC_ACCESS, () =>
      s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: NO_PUBLIC_ACCESS })),
    ),
    ...differing('object ownership', found.ownership, 'BucketOwnerEnforced', () =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        }),
      ),
    ),
    ...differingPolicy('policy', found.policy, policy, () =>
      s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) })),
    ),
    ...differing('CORS', found.cors, undefined, () => s3.send(new DeleteBucketCorsCommand({ Bucket }))),
  ];
}

/** Differences in how the objects are stored. */
function contentDifferences(s3: Context['aws']['s3'], found: Bucket): Difference[] {
  const Bucket = found.name;
  const versioned = found.versioning === 'Enabled' ? 'Enabled' : undefined;
  return [
    ...differing('encryption', found.encryption, 'AES256', () =>
      s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        }),
      ),
    ),
    ...differing('lifecycle', found.lifecycle, LIFECYCLE.Rules, () =>
      s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: LIFECYCLE })),
    ),
    ...differing('versioning', versioned, undefined, () =>
      s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })),
    ),
  ];
}
