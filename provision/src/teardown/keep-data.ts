import { DeleteObjectCommand, HeadObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { orAbsent } from '../aws/aws-errors.js';
import type { Context } from '../context.js';
import { ProvisionFault, isFault } from '../errors.js';
import { monthly, type Monthly } from '../prices/prices.js';
import { CURRENT } from '../resources/deployment.js';
import { bucketName } from '../resources/bucket/bucket-name.js';
import { runOnHost } from '../resources/host/run-on-host.js';
import type { StackResources } from '../stack-resources.js';

/** What teardown keeps, for a stack of the same name to restore. */
export interface Kept {
  kind: string;
  id: string;
  /** Its content, for a person. */
  what: string;
  bytes: number;
  monthly: Monthly;
}

/** The key of the database dump. A host writes it, and a new host restores it (provision/host). */
const DUMP = 'backups/catalogue.dump';
const BACKUP = 'bash "/opt/darkroom/releases/$(cat /opt/darkroom/running)/provision/host/backup.sh"';
const GIGABYTE = 1e9;
/** Seconds that the dump may take. */
const LIMIT = 900;

/**
 * Stops the platform on the host and dumps its database into the bucket.
 *
 * @param resources - of the stack to delete
 * @throws ProvisionFault `unfit` if the database cannot be dumped; nothing has been deleted by then
 */
export async function dumpDatabase(
  context: Context,
  resources: Pick<StackResources, 'host' | 'volume'>,
): Promise<void> {
  const [host, volume] = await Promise.all([resources.host.find(), resources.volume.find()]);
  if (volume === undefined) return;
  if (host?.state !== 'running') {
    // An earlier run dumped the database, deleted the host and stopped there. Nothing has run since.
    if ((await isThere(context, DUMP)) && !(await isThere(context, CURRENT))) return;
    throw dumpFault(`the host is ${host?.state ?? 'gone'}`);
  }
  // The dump stops the platform. If teardown then fails, this lets `provision` see that it must start a release.
  await context.aws.s3.send(new DeleteObjectCommand({ Bucket: bucketName(context.stack), Key: CURRENT }));
  const lines = [`[ ! -e /opt/darkroom/running ] || ${BACKUP}`];
  await runOnHost(context, host.id, 'Darkroom: dump the database into the bucket', lines, LIMIT).catch(
    (error: unknown) => {
      if (isFault(error, 'cancelled')) throw error;
      throw dumpFault(error instanceof Error ? error.message : String(error), error);
    },
  );
}

function dumpFault(reason: string, cause?: unknown): ProvisionFault {
  return new ProvisionFault(
    'unfit',
    `The database cannot be kept, so nothing was deleted: ${reason}\n` +
      'Run `npm run provision` to restore the host, or repeat teardown without --keep-data to delete the database too.',
    cause,
  );
}

async function isThere({ aws, stack }: Context, Key: string): Promise<boolean> {
  const head = new HeadObjectCommand({ Bucket: bucketName(stack), Key });
  return (await orAbsent(aws.s3.send(head))) !== undefined;
}

/** Lists what the bucket keeps and what that costs. */
export async function describeKept({ aws: { s3 }, stack }: Context): Promise<Kept> {
  const Bucket = bucketName(stack);
  let bytes = 0;
  let pictures = 0;
  let dumped: Date | undefined;
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key = '', Size = 0, LastModified } of Contents) {
      bytes += Size;
      if (Key.startsWith('uploads/')) pictures += 1;
      if (Key === DUMP) dumped = LastModified;
    }
  }
  const database = dumped === undefined ? 'no database' : `the database as of ${dumped.toISOString()}`;
  return {
    kind: 'S3 bucket',
    id: Bucket,
    what: `${pictures} pictures with their variants, and ${database}`,
    bytes,
    monthly: monthly([{ item: 's3-storage', quantity: bytes / GIGABYTE }]),
  };
}
