import { randomUUID } from 'node:crypto';
import { createAws, type Call } from '../src/aws/clients.js';
import { findNetwork } from '../src/aws/network.js';
import type { Context } from '../src/context.js';
import { ensure } from '../src/engine/ensure.js';
import { inOrder } from '../src/engine/graph.js';
import type { Resource } from '../src/engine/resource.js';
import type { Run } from '../src/engine/run.js';
import { DEMO, type Settings } from '../src/settings.js';
import { fakeClock } from './fake-clock.js';

const IMAGE = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64';

/** The account that moto gives to everybody. */
export const ACCOUNT = '123456789012';

/** A stack in the emulator, with every call to it kept. */
export interface Bench {
  context: Context;
  run: Run;
  calls: Call[];
  /** Operations that were not reads, since the last time this was asked. */
  takeWrites(): string[];
}

export interface BenchOptions {
  endpoint: string;
  /** One for each test: the emulator is shared. */
  stack: string;
  region?: string;
  settings?: Partial<Settings>;
}

/** Makes clients for the emulator and looks up its default VPC. */
export async function createBench({
  endpoint,
  stack,
  region = 'eu-central-1',
  settings = {},
}: BenchOptions): Promise<Bench> {
  const calls: Call[] = [];
  const aws = createAws({
    region,
    endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    onCall: (call) => calls.push(call),
  });
  const clock = fakeClock();
  const network = await findNetwork(aws, DEMO.instanceType);
  return {
    context: {
      aws,
      clock,
      runId: randomUUID(),
      stack: { name: stack, region, account: ACCOUNT },
      // The one public image that moto knows.
      settings: { ...DEMO, imageParameter: IMAGE, ...settings },
      release: {
        hash: '0123456789abcdef',
        pack: () => Promise.resolve(Buffer.from('a release')),
        userData: '#!/bin/sh\n',
      },
      network,
    },
    run: { clock, report: () => undefined },
    calls,
    takeWrites: () =>
      calls
        .splice(0)
        .filter(({ write }) => write)
        .map(({ service, operation }) => `${service}:${operation}`),
  };
}

/**
 * Brings resources and all they need into being.
 *
 * @throws the first failure
 */
export async function ensureAll(resources: readonly Resource[], run: Run): Promise<void> {
  const outcomes = await inOrder(resources, (resource) => ensure(resource, run));
  for (const outcome of outcomes) if (outcome.state === 'failed') throw outcome.error;
}
