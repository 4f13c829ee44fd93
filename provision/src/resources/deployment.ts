import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { orAbsent } from '../aws/aws-errors.js';
import type { Context, Release } from '../context.js';
import { observe } from '../engine/ensure.js';
import type { Kind } from '../engine/kind.js';
import { defineBlueprint } from '../engine/profile.js';
import { defineResource, getSeen, type Resource } from '../engine/resource.js';
import { readyLimit } from '../engine/run.js';
import { waitFor } from '../engine/wait.js';
import { nameOf } from '../stack.js';
import { bucketName } from './bucket/bucket-name.js';
import type { Bucket } from './bucket/bucket.js';
import type { ReplicationGroup } from './cache/replication-group.js';
import type { Host } from './host/host-state.js';
import { runOnHost } from './host/run-on-host.js';

/** The running release and its host, as recorded in the bucket once the release was healthy. */
export interface Deployment {
  release: string;
  hostId: string;
  /** The releases that ran last, the newest first. Absent in records of earlier versions. */
  releases?: string[];
}

export interface DeploymentNeeds {
  bucket: Resource<Bucket>;
  host: Resource<Host>;
  redis: Resource<ReplicationGroup>;
  /** The data volume; the host's first script cannot finish without it. */
  attachment: Resource;
}

/** The record of the running release. Without it no release runs, and the next run starts one. */
export const CURRENT = 'releases/current.json';
/** Releases to keep in the bucket, including the running one, which a new host fetches. */
const KEPT = 3;
const RELEASES = 'releases/';
/** Where cloud-init keeps the host's first script, and the output of that script. */
const FIRST_SCRIPT = '/var/lib/cloud/instance/user-data.txt';
const BOOT_LOG = '/var/log/cloud-init-output.log';
const packageKey = (release: string) => `${RELEASES}${release}.tar.gz`;

const KIND: Kind = {
  name: 'release',
  making: ['s3:DeleteObject', 's3:GetObject', 's3:ListBucket', 's3:PutObject'],
  examples: (stack) => [`arn:aws:s3:::${bucketName(stack)}/${CURRENT}`],
};

/** The release on the host: uploaded under its hash, started by Systems Manager, rolled back unless it is healthy. */
export const deployment = defineBlueprint(
  KIND,
  (context: Context, needs: DeploymentNeeds): Resource<Deployment> => {
    const { aws, stack, release } = context;
    return defineResource<Deployment>({
      key: 'deployment',
      kind: KIND.name,
      name: nameOf(stack, 'deployment'),
      needs: [needs.bucket, needs.host, needs.redis, needs.attachment],
      wanted: release !== undefined,
      typicalSeconds: 420,
      isPart: true,
      find: () => findDeployment(context, needs.bucket),
      create: () => deploy(context, needs),
      differences: (found) => {
        const wanted = {
          release: release?.hash ?? found.release,
          hostId: needs.host.seen?.id ?? '(new host)',
        };
        if (found.release === wanted.release && found.hostId === wanted.hostId) return [];
        return [
          {
            field: 'release',
            from: `${found.release} on ${found.hostId}`,
            to: `${wanted.release} on ${wanted.hostId}`,
            apply: () => deploy(context, needs),
          },
        ];
      },
      destroy: () => Promise.resolve(),
      describe: ({ release: hash, hostId }) => `${hash} on ${hostId}`,
    });

    async function deploy({ release: wanted }: Context, { host, redis }: DeploymentNeeds): Promise<void> {
      if (wanted === undefined) return;
      const hostId = getSeen(host).id;
      const previous = await findDeployment(context, needs.bucket);
      const earlier = (previous?.releases ?? []).filter((hash) => hash !== wanted.hash);
      const releases = [wanted.hash, ...earlier].slice(0, KEPT);
      await upload(context, needs.bucket.name, wanted);
      const address = await waitForBrokerAddress(context, redis);
      await runOnHost(context, hostId, `Darkroom release ${wanted.hash}`, [
        // A new host may still be running its first script.
        'cloud-init status --wait >/dev/null || true',
        // Run the script again if it failed, for lack of a mirror or of the disk. Its steps are idempotent.
        `test -e /etc/darkroom/ready || bash ${FIRST_SCRIPT} >>${BOOT_LOG} 2>&1 || { tail -n 40 ${BOOT_LOG} >&2; exit 1; }`,
        `/usr/local/sbin/darkroom-deploy ${wanted.hash} ${address}`,
      ]);
      await aws.s3.send(
        new PutObjectCommand({
          Bucket: needs.bucket.name,
          Key: CURRENT,
          Body: JSON.stringify({ release: wanted.hash, hostId, releases } satisfies Deployment),
          ContentType: 'application/json',
        }),
      );
      await deleteOldPackages(context, needs.bucket.name, releases);
    }
  },
);

/** Waits for the broker's address, also with `--no-wait`: no release runs without it. */
function waitForBrokerAddress({ clock }: Context, redis: Resource<ReplicationGroup>): Promise<string> {
  return waitFor(clock, {
    poll: async () => {
      const found = redis.seen?.address === undefined ? await observe(redis) : redis.seen;
      if (found !== undefined) redis.pending?.(found);
      return found?.address;
    },
    what: () => `${redis.kind} ${redis.name} to have an address`,
    limitSeconds: readyLimit(redis),
  });
}

async function findDeployment({ aws }: Context, bucket: Resource<Bucket>): Promise<Deployment | undefined> {
  const there = bucket.seen ?? (await bucket.find());
  if (there === undefined) return undefined;
  const answer = await orAbsent(aws.s3.send(new GetObjectCommand({ Bucket: there.name, Key: CURRENT })));
  if (answer?.Body === undefined) return undefined;
  return JSON.parse(await answer.Body.transformToString()) as Deployment;
}

/** Uploads a package that the bucket does not have yet. Its name is the hash of its content. */
async function upload({ aws }: Context, Bucket: string, { hash, pack }: Release): Promise<void> {
  const Key = packageKey(hash);
  if ((await orAbsent(aws.s3.send(new HeadObjectCommand({ Bucket, Key })))) !== undefined) return;
  await aws.s3.send(
    new PutObjectCommand({ Bucket, Key, Body: await pack(), ContentType: 'application/gzip' }),
  );
}

/**
 * Deletes all packages except those of the releases that ran last. `LastModified` has whole seconds, so it only sorts
 * packages that the record does not list: those of an earlier version's record.
 */
async function deleteOldPackages(
  { aws: { s3 } }: Context,
  Bucket: string,
  releases: readonly string[],
): Promise<void> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: RELEASES }));
  const recent = releases.map(packageKey);
  const unlisted = Contents.filter(({ Key = '' }) => Key !== CURRENT && !recent.includes(Key));
  const age = ({ LastModified }: (typeof unlisted)[number]) => LastModified?.getTime() ?? 0;
  const old = unlisted.toSorted((a, b) => age(b) - age(a)).slice(Math.max(0, KEPT - recent.length));
  for (const { Key } of old) await s3.send(new DeleteObjectCommand({ Bucket, Key }));
}
