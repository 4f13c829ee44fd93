import { randomUUID } from 'node:crypto';
import type { Credentials } from '../aws/clients.js';
import { NO_NETWORK } from '../aws/network.js';
import { connect, ownerText, type Connection } from '../connect.js';
import type { Context } from '../context.js';
import { inOrder, type Order, type Outcome } from '../engine/graph.js';
import { withLock } from '../engine/lock.js';
import { listResources } from '../engine/profile.js';
import { isForeign, remove } from '../engine/remove.js';
import type { Resource } from '../engine/resource.js';
import { CONSISTENCY_LIMIT, type Report, type Subject } from '../engine/run.js';
import { realClock, waitFor, type Clock } from '../engine/wait.js';
import { isFault } from '../errors.js';
import { searchLeftovers, type Leftover } from '../resources/search.js';
import { DEMO } from '../settings.js';
import { stackResources } from '../stack-resources.js';
import { dumpDatabase, describeKept, type Kept } from './keep-data.js';

export interface TeardownOptions extends Pick<Order, 'ended'> {
  /** By default the AWS SDK finds them. */
  credentials?: Credentials;
  stack: string;
  region: string;
  endpoint?: string;
  clock?: Clock;
  report?: Report;
  breakLock?: boolean;
  /** Keeps the bucket, with the pictures and the database in it, for a stack of the same name. */
  keepData?: boolean;
  /** Stops the run after the calls in flight. */
  signal?: AbortSignal;
}

/** One line of a receipt. */
export interface ReceiptLine {
  kind: string;
  id: string;
}

/** What a teardown did, and what is left. */
export interface Receipt {
  account: string;
  region: string;
  stack: string;
  deleted: ReceiptLine[];
  /** Objects that have a name of the stack but not its tags. */
  foreign: { id: string; reason: string }[];
  failed: { id: string; reason: string }[];
  /** Kept by `keepData`. */
  kept: Kept[];
  /** Found by a search by tag and by name at the end. */
  left: Leftover[];
  /** True when only kept data is left. */
  complete: boolean;
}

/**
 * Deletes a stack. It needs only these options: no file, no prompt, no state of earlier runs, and no default VPC.
 *
 * @throws ProvisionFault `unfit` if the data cannot be kept, `locked` if another run holds or takes over the lock
 */
export async function teardown(options: TeardownOptions): Promise<Receipt> {
  const { region, credentials, endpoint } = options;
  const connection = await connect(options.stack, {
    region,
    ...(credentials !== undefined && { credentials }),
    ...(endpoint !== undefined && { endpoint }),
  });
  const lock = {
    ...connection,
    id: randomUUID(),
    owner: ownerText(connection),
    breakIt: options.breakLock === true,
  };
  const receipt = await withLock(lock, (lost) => deleteAll(connection, options, lost));
  const left = await searchUntilClear(connection, options, receipt);
  connection.aws.close();
  return { ...receipt, left, complete: left.length === 0 && receipt.failed.length === 0 };
}

const SEARCH: Subject = { kind: 'search', name: 'by tag and by name', typicalSeconds: 0 };

/**
 * Lists show deleted objects for a while: secrets for up to five minutes, according to AWS. An earlier run may have
 * deleted them. So if nothing failed, this repeats the search until the lists are clear.
 */
async function searchUntilClear(
  { aws, stack }: Connection,
  { signal, clock = realClock(signal), report = () => undefined }: TeardownOptions,
  { failed, foreign, kept }: Deletions,
): Promise<Leftover[]> {
  const known = new Set([...foreign, ...kept].map(({ id }) => id));
  let left = await searchLeftovers(aws, stack, known);
  if (failed.length > 0) return left;
  await waitFor(clock, {
    poll: async () => {
      const kinds = new Set(left.map(({ kind }) => kind));
      left = await searchLeftovers(aws, stack, known, kinds);
      if (left.length === 0) return true;
      report(SEARCH, `still lists ${left.map(({ id }) => id).join(', ')}`);
      return undefined;
    },
    what: () => 'the lists to be clear',
    limitSeconds: CONSISTENCY_LIMIT,
  }).catch((error: unknown) => {
    if (!isFault(error, 'timeout') && !isFault(error, 'cancelled')) throw error;
  });
  return left;
}

type Deletions = Omit<Receipt, 'left' | 'complete'>;

async function deleteAll(
  { aws, stack }: Connection,
  { signal, clock = realClock(signal), report = () => undefined, ended, keepData }: TeardownOptions,
  lost: AbortSignal,
): Promise<Deletions> {
  const context: Context = { aws, stack, clock, settings: DEMO, network: NO_NETWORK };
  const deleted: ReceiptLine[] = [];
  const all = stackResources(context);
  if (keepData === true) await dumpDatabase(context, all);
  const store = keepData === true ? all.bucket : undefined;
  const resources = listResources(all).filter((one) => one !== store && one.isPart !== true);
  const work = async (resource: Resource) => {
    const there = await remove(resource, { clock, report });
    if (there) deleted.push({ kind: resource.kind, id: resource.name });
  };
  const foreign: Receipt['foreign'] = [];
  const recordForeign = (resource: Resource) => (error: unknown) => {
    if (!isForeign(error)) throw error;
    foreign.push({ id: resource.name, reason: reasonOf(error) });
  };
  const outcomes = await inOrder(resources, (resource) => work(resource).catch(recordForeign(resource)), {
    reverse: true,
    stopped: () => lost.aborted || signal?.aborted === true,
    ...(ended !== undefined && { ended }),
  });
  return {
    account: stack.account,
    region: stack.region,
    stack: stack.name,
    deleted,
    foreign,
    failed: failures(outcomes),
    kept: (await store?.find()) === undefined ? [] : [await describeKept(context)],
  };
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function failures(outcomes: readonly Outcome[]): Receipt['failed'] {
  return outcomes.flatMap((outcome) => {
    if (outcome.state === 'done') return [];
    const reason =
      outcome.state === 'failed'
        ? reasonOf(outcome.error)
        : 'not tried, because an object that depends on it still exists or the run was stopped';
    return [{ id: outcome.resource.name, reason }];
  });
}
