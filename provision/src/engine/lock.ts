import { hostname, uptime } from 'node:os';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  type Parameter,
} from '@aws-sdk/client-ssm';
import { isDenied, orAbsent } from '../aws/aws-errors.js';
import type { Aws } from '../aws/clients.js';
import { ProvisionFault } from '../errors.js';
import { nameOf, tagList, type Stack } from '../stack.js';
import type { Permissions } from './kind.js';

/** The run that holds the lock of a stack. */
export interface Holder {
  /** Id of the run, by which it recognizes its own lock. */
  id: string;
  /** The caller, as AWS knows it, and the machine. */
  owner: string;
  /** ISO 8601. */
  since: string;
  /** ISO 8601. After this time anyone may take the lock over. */
  expires: string;
  /** Its machine. A killed run does not release its lock, but the next run on that machine sees that it is dead. */
  machine: string;
  pid: number;
}

export interface Lock {
  /** Fires when another run has taken the lock, with a `locked` fault as reason. This run then sends no more calls. */
  lost: AbortSignal;
  release(): Promise<void>;
}

export interface LockOptions {
  aws: Aws;
  stack: Stack;
  /** Id of the run. */
  id: string;
  owner: string;
  /** Take the lock over from its holder. */
  breakIt?: boolean;
}

export const LOCK_PERMISSIONS: Permissions = {
  making: ['ssm:AddTagsToResource', 'ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:PutParameter'],
};

const KEY = 'lock';
/** A killed run blocks other machines for at most this time. */
const LIFETIME_MS = 5 * 60_000;
const RENEW_MS = 60_000;

/**
 * Takes the lock of a stack: a Systems Manager parameter, which only one run can create. The lock expires, and the run
 * renews it until it ends. If the machine slept, another run may have taken the lock over.
 *
 * @throws ProvisionFault `locked` with the holder and the start of its run
 */
export async function takeLock(options: LockOptions): Promise<Lock> {
  const since = new Date().toISOString();
  if (!(await create(options, since))) await takeOver(options, since);
  const losing = new AbortController();
  let renewal: Promise<void> | undefined;
  const timer = setInterval(() => {
    renewal ??= renew(options, since, losing)
      .catch(() => undefined)
      .finally(() => (renewal = undefined));
  }, RENEW_MS);
  timer.unref();
  return {
    lost: losing.signal,
    release: async () => {
      clearInterval(timer);
      // A later renewal would write the deleted lock again, or report it as taken over.
      await renewal;
      if (!losing.signal.aborted) await releaseLock(options);
    },
  };
}

/**
 * Takes the lock of a stack, does the work, and releases the lock.
 *
 * @param work - gets a signal that fires when the lock is lost
 * @throws ProvisionFault `locked` before the work, or during it when another run takes the lock over
 */
export async function withLock<T>(options: LockOptions, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
  const lock = await takeLock(options);
  try {
    const done = await work(lock.lost);
    lock.lost.throwIfAborted();
    return done;
  } catch (error) {
    lock.lost.throwIfAborted();
    throw error;
  } finally {
    // Without network or credentials the lock cannot be released, and expires. The error of the work matters more.
    await lock.release().catch((error: unknown) => {
      if (isDenied(error)) throw error;
    });
  }
}

const nameOfLock = ({ stack }: LockOptions) => nameOf(stack, KEY);

function content({ id, owner }: LockOptions, since: string): string {
  const expires = new Date(Date.now() + LIFETIME_MS).toISOString();
  const holder: Holder = { id, owner, since, expires, machine: thisMachine(), pid: process.pid };
  return JSON.stringify(holder);
}

/** @returns false when there is a lock already */
async function create(options: LockOptions, since: string): Promise<boolean> {
  try {
    await options.aws.ssm.send(
      new PutParameterCommand({
        Name: nameOfLock(options),
        Type: 'String',
        Value: content(options, since),
        Overwrite: false,
        Tags: tagList(options.stack, KEY),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterAlreadyExists') return false;
    throw error;
  }
}

const overwrite = (options: LockOptions, since: string) => write(options, content(options, since));

/** If this machine slept, another run may have taken the lock over. Then its lock is left alone, and this run ends. */
async function renew(options: LockOptions, since: string, losing: AbortController): Promise<void> {
  const held = await read(options);
  if (isOwn(options, held)) {
    await overwrite(options, since);
    return;
  }
  const fault = takenOverFault(options, held);
  options.aws.stop(fault);
  losing.abort(fault);
}

function isOwn({ id }: LockOptions, parameter: Parameter | undefined): boolean {
  return parseHolder(parameter?.Value)?.id === id;
}

async function write(options: LockOptions, Value: string): Promise<number | undefined> {
  const { Version } = await options.aws.ssm.send(
    new PutParameterCommand({
      Name: nameOfLock(options),
      Type: 'String',
      Value,
      Overwrite: true,
    }),
  );
  return Version;
}

async function read(options: LockOptions, version?: number): Promise<Parameter | undefined> {
  const Name = nameOfLock(options) + (version === undefined ? '' : `:${version}`);
  const answer = await orAbsent(options.aws.ssm.send(new GetParameterCommand({ Name })));
  return answer?.Parameter;
}

/**
 * Takes over an expired lock. AWS numbers the versions of a parameter. If two runs take the lock over at once, the
 * winner is the one whose version follows the version that both read. The other one restores what the winner wrote.
 */
async function takeOver(options: LockOptions, since: string): Promise<void> {
  const before = await read(options);
  if (before === undefined) {
    if (await create(options, since)) return;
    throw lockedFault(options, await read(options));
  }
  const holder = parseHolder(before.Value);
  const free = options.breakIt === true || holder === undefined || isFree(holder);
  if (!free) throw lockedFault(options, before);
  const mine = (before.Version ?? 0) + 1;
  if ((await overwrite(options, since)) === mine) return;
  const winner = await read(options, mine);
  await write(options, winner?.Value ?? '');
  throw lockedFault(options, winner);
}

/** The host name and the boot time, rounded to ten minutes: many machines share a host name. */
function thisMachine(): string {
  const started = Date.now() / 1000 - uptime();
  return `${hostname()} ${Math.round(started / 600)}`;
}

function isFree({ expires, machine, pid }: Holder): boolean {
  return Date.parse(expires) < Date.now() || (machine === thisMachine() && !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process belongs to another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function parseHolder(text: string | undefined): Holder | undefined {
  try {
    const holder = JSON.parse(text ?? '') as Holder;
    return typeof holder.expires === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}

function lockedFault({ stack }: LockOptions, parameter: Parameter | undefined): ProvisionFault {
  const holder = parseHolder(parameter?.Value);
  const who = holder === undefined ? 'another run' : `${holder.owner} since ${holder.since}`;
  const until =
    holder === undefined ? '' : ` The lock expires at ${holder.expires} unless that run renews it.`;
  return new ProvisionFault(
    'locked',
    `Stack ${stack.name} is locked by ${who}.${until} ` +
      'If that run is dead, wait until then or repeat the command with --break-lock.',
  );
}

/** @param parameter - absent if the other run has already ended */
function takenOverFault({ stack }: LockOptions, parameter: Parameter | undefined): ProvisionFault {
  const holder = parseHolder(parameter?.Value);
  const who = holder === undefined ? 'another run' : `${holder.owner} at ${holder.since}`;
  return new ProvisionFault(
    'locked',
    `The lock of stack ${stack.name} was taken over by ${who}: ` +
      'this run did not renew it in time, or someone used --break-lock. ' +
      'This run has stopped. Repeat the command when the other run has ended; it resumes from what exists.',
  );
}

/** Deletes the lock, unless another run has taken it over. */
async function releaseLock(options: LockOptions): Promise<void> {
  if (!isOwn(options, await read(options))) return;
  await orAbsent(options.aws.ssm.send(new DeleteParameterCommand({ Name: nameOfLock(options) })));
}
