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

/** Whoever is at work on a stack. */
export interface Holder {
  /** Of the run, so that it knows its own lock. */
  id: string;
  /** Who, as AWS knows them, and from which machine. */
  owner: string;
  /** ISO 8601. */
  since: string;
  /** ISO 8601; after it anybody may take the lock over. */
  expires: string;
  /** Where it runs: a run that is killed gives nothing back, and the next one on that machine sees that it is gone. */
  machine: string;
  pid: number;
}

export interface Lock {
  /** Fires, with a `locked` fault as its reason, when somebody else has it: no call of the run goes out any more. */
  lost: AbortSignal;
  release(): Promise<void>;
}

export interface LockOptions {
  aws: Aws;
  stack: Stack;
  /** Of the run. */
  id: string;
  owner: string;
  /** Take it from whoever holds it. */
  breakIt?: boolean;
}

export const LOCK_PERMISSIONS: Permissions = {
  making: ['ssm:AddTagsToResource', 'ssm:DeleteParameter', 'ssm:GetParameter', 'ssm:PutParameter'],
};

const KEY = 'lock';
/** A run that was killed holds up the next one for as long at most. */
const LIFETIME_MS = 5 * 60_000;
const RENEW_MS = 60_000;

/**
 * Takes the lock of a stack: a parameter of Systems Manager, which only one can create. It expires by itself and is
 * renewed while the run lasts. A run whose machine slept may find that another has taken it over.
 *
 * @throws ProvisionFault `locked` saying who holds it since when
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
      // Afterwards it would write what is deleted here, or find it gone.
      await renewal;
      if (!losing.signal.aborted) await releaseLock(options);
    },
  };
}

/**
 * Does something under the lock of a stack, and gives it back.
 *
 * @param work - gets what fires when the lock is lost
 * @throws ProvisionFault `locked`, before the work, or in the middle of it when somebody has taken the lock over
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
    // Without network or credentials it expires by itself; what has happened until then is the news.
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

/** Its machine may have slept until somebody else took it over: theirs is left alone, and this run ends. */
async function renew(options: LockOptions, since: string, losing: AbortController): Promise<void> {
  const held = await read(options);
  if (isOwn(options, held)) {
    await overwrite(options, since);
    return;
  }
  const fault = takenOver(options, held);
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
 * Takes an expired lock. AWS numbers the versions of a parameter: of two that take it over at once, the one whose
 * version follows the one they both read has it, and the other puts back what that one wrote.
 */
async function takeOver(options: LockOptions, since: string): Promise<void> {
  const before = await read(options);
  if (before === undefined) {
    if (await create(options, since)) return;
    throw locked(options, await read(options));
  }
  const holder = parseHolder(before.Value);
  const free = options.breakIt === true || holder === undefined || isOver(holder);
  if (!free) throw locked(options, before);
  const mine = (before.Version ?? 0) + 1;
  if ((await overwrite(options, since)) === mine) return;
  const winner = await read(options, mine);
  await write(options, winner?.Value ?? '');
  throw locked(options, winner);
}

/** Its name and when it was started, to ten minutes: names alone are the same on many. */
function thisMachine(): string {
  const started = Date.now() / 1000 - uptime();
  return `${hostname()} ${Math.round(started / 600)}`;
}

function isOver({ expires, machine, pid }: Holder): boolean {
  return Date.parse(expires) < Date.now() || (machine === thisMachine() && !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is another user's.
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

function locked({ stack }: LockOptions, parameter: Parameter | undefined): ProvisionFault {
  const holder = parseHolder(parameter?.Value);
  const who = holder === undefined ? 'Another run' : `${holder.owner}, since ${holder.since},`;
  const until = holder === undefined ? '' : ` Its lock expires at ${holder.expires} unless it is renewed.`;
  return new ProvisionFault(
    'locked',
    `${who} is at work on stack ${stack.name}.${until} ` +
      'If that run is dead, wait until then or repeat the command with --break-lock.',
  );
}

/** It may be free again: the other run has ended, too. */
function takenOver({ stack }: LockOptions, parameter: Parameter | undefined): ProvisionFault {
  const holder = parseHolder(parameter?.Value);
  const who = holder === undefined ? 'Another run' : `${holder.owner}, since ${holder.since},`;
  return new ProvisionFault(
    'locked',
    `${who} has taken over the lock of stack ${stack.name}, which this run did not renew in time or which was broken. ` +
      'So it stopped where it was: repeat the command when the other run has ended; it goes on from what is there.',
  );
}

/** Leaves a lock that somebody else has taken over meanwhile. */
async function releaseLock(options: LockOptions): Promise<void> {
  if (!isOwn(options, await read(options))) return;
  await orAbsent(options.aws.ssm.send(new DeleteParameterCommand({ Name: nameOfLock(options) })));
}
