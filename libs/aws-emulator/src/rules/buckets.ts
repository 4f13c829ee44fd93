import { AwsFault } from '../wire/aws-fault.js';
import { treeAnswer } from '../wire/answers.js';
import { textParam, type Answer, type Call } from '../wire/call.js';
import { toXml, type XmlElement, type XmlValue } from '../wire/xml.js';
import type { Rule, World } from '../world.js';

/** Settings of every new bucket since 2023, with the call that reads them and the error that moto returns instead. */
const DEFAULTS: readonly {
  on: string;
  source: string;
  lacking: string;
  root: string;
  value: XmlValue;
}[] = [
  {
    on: 's3:GetBucketEncryption',
    source: 'S38',
    lacking: 'ServerSideEncryptionConfigurationNotFoundError',
    root: 'ServerSideEncryptionConfiguration',
    value: {
      Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    },
  },
  {
    on: 's3:GetPublicAccessBlock',
    source: 'S39',
    lacking: 'NoSuchPublicAccessBlockConfiguration',
    root: 'PublicAccessBlockConfiguration',
    value: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  },
];

const REMOVED = 'removed public access blocks';

function removed(world: World, call: Call): Set<string> {
  return world.keep({ ...call, region: 'global' }, REMOVED, () => new Set<string>());
}

const policyRoom = (world: World, call: Call) =>
  world.keep({ ...call, region: 'global' }, 'bucket policies', () => new Map<string, string>());

/** @throws AwsFault MalformedPolicy, or AccessDenied for a public one on a bucket that blocks them */
async function putPolicy(call: Call, world: World): Promise<Answer> {
  const bucket = textParam(call, 'Bucket') ?? '';
  await mustExist(call, world, bucket);
  const text = call.request.body.toString('utf8');
  const statements = statementsOf(text);
  const isPublic = statements.some(
    ({ Effect, Principal, Condition }) =>
      Effect === 'Allow' && Condition === undefined && JSON.stringify(Principal ?? '').includes('"*"'),
  );
  if (isPublic && !removed(world, call).has(bucket)) {
    throw new AwsFault(
      'AccessDenied',
      `User is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket}" because public ` +
        `policies are blocked by the BlockPublicPolicy block public access setting.`,
      403,
    );
  }
  policyRoom(world, call).set(bucket, text);
  return { status: 204, headers: {}, body: Buffer.alloc(0) };
}

function statementsOf(text: string): Record<string, unknown>[] {
  try {
    const { Statement: statements } = JSON.parse(text) as { Statement: unknown };
    if (statements === undefined) throw new Error('no statement');
    return [statements].flat() as Record<string, unknown>[];
  } catch {
    throw new AwsFault('MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'");
  }
}

/** Returns the same policy with different text, as AWS may: reversed lists, and single values without a list. */
function policyAnswer(text: string): Answer {
  const given = JSON.stringify(JSON.parse(text), (_, part: unknown) => {
    if (!Array.isArray(part)) return part;
    return part.length === 1 ? (part[0] as unknown) : part.toReversed();
  });
  return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(given) };
}

async function mustExist(call: Call, world: World, bucket: string): Promise<void> {
  const { status } = await world.moto.s3(call, 'GET', `/${bucket}?location`);
  if (status >= 300) throw new AwsFault('NoSuchBucket', 'The specified bucket does not exist', 404);
}

/** Sets the tags of the creating call before any other call sees the bucket. */
async function tagNewBucket(call: Call, answer: Answer, world: World): Promise<Answer> {
  const tags = /<Tags>(.*)<\/Tags>/s.exec(call.request.body.toString('utf8'))?.[1];
  if (tags === undefined || answer.status >= 300) return answer;
  const path = `/${textParam(call, 'Bucket') ?? ''}?tagging`;
  const { status, body } = await world.moto.s3(
    call,
    'PUT',
    path,
    `<Tagging><TagSet>${tags}</TagSet></Tagging>`,
  );
  if (status >= 300) throw new Error(`moto does not tag a bucket: ${body.toString('utf8')}`);
  return answer;
}

export const BUCKET_RULES: readonly Rule[] = [
  ...DEFAULTS.map(({ on, source, lacking, root, value }): Rule => ({
    name: `${on}: on by default`,
    source,
    on: [on],
    after: (call, answer, world) => {
      const isRemoved =
        on === 's3:GetPublicAccessBlock' && removed(world, call).has(textParam(call, 'Bucket') ?? '');
      if (answer.status !== 404 || !answer.body.includes(lacking) || isRemoved) return answer;
      return treeAnswer(toXml(root, value)[0] as XmlElement);
    },
  })),
  {
    name: 'CreateBucket: sets the tags of the call',
    source: 'S41',
    on: ['s3:CreateBucket'],
    after: tagNewBucket,
  },
  {
    name: 'DeletePublicAccessBlock: removes the default',
    source: 'S40',
    on: ['s3:DeletePublicAccessBlock', 's3:PutPublicAccessBlock', 's3:DeleteBucket'],
    after: (call, answer, world) => {
      const bucket = textParam(call, 'Bucket') ?? '';
      if (answer.status >= 300) return answer;
      const open =
        call.operation === 'PutPublicAccessBlock' &&
        /<BlockPublicPolicy>false/.test(call.request.body.toString());
      if (call.operation === 'DeletePublicAccessBlock' || open) removed(world, call).add(bucket);
      else removed(world, call).delete(bucket);
      if (call.operation === 'DeleteBucket') policyRoom(world, call).delete(bucket);
      return answer;
    },
  },
  {
    name: 'bucket policies: kept without evaluation, returned in another order',
    source: 'S42, S43',
    on: ['s3:PutBucketPolicy', 's3:GetBucketPolicy', 's3:DeleteBucketPolicy'],
    before: async (call, world) => {
      if (call.operation === 'PutBucketPolicy') return putPolicy(call, world);
      const bucket = textParam(call, 'Bucket') ?? '';
      await mustExist(call, world, bucket);
      const policies = policyRoom(world, call);
      const text = policies.get(bucket);
      if (call.operation === 'DeleteBucketPolicy') policies.delete(bucket);
      else if (text === undefined)
        throw new AwsFault('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
      else return policyAnswer(text);
      return { status: 204, headers: {}, body: Buffer.alloc(0) };
    },
  },
];
