import type { Emulator } from '@darkroom/aws-emulator';
import { createAws, type Call } from '../src/aws/clients.js';
import { findNetwork } from '../src/aws/network.js';
import type { Context } from '../src/context.js';
import { ensure } from '../src/engine/ensure.js';
import { inOrder } from '../src/engine/graph.js';
import type { Resource } from '../src/engine/resource.js';
import type { Run } from '../src/engine/run.js';
import { DEMO, type Settings } from '../src/settings.js';
import { fakeClock } from './fake-clock.js';

/** A stack in the emulator, with a record of every call. */
export interface Bench {
  context: Context;
  run: Run;
  calls: Call[];
  /** The writes since the last time this was called. */
  takeWrites(): string[];
}

/** Creates clients for an emulator and looks up its default VPC. */
export async function createBench(
  emulator: Emulator,
  settings: Partial<Settings> = {},
  maxAttempts = 10,
): Promise<Bench> {
  const { region, account } = emulator;
  const calls: Call[] = [];
  const aws = createAws({
    region,
    endpoint: emulator.endpoint,
    credentials: emulator.credentials(),
    maxAttempts,
    onCall: (call) => calls.push(call),
  });
  const clock = fakeClock();
  const network = await findNetwork(aws, DEMO.instanceType);
  return {
    context: {
      aws,
      clock,
      stack: { name: 'demo', region, account },
      settings: { ...DEMO, ...settings },
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
 * Creates resources and everything they need.
 *
 * @throws the first failure
 */
export async function ensureAll(resources: readonly Resource[], run: Run): Promise<void> {
  const outcomes = await inOrder(resources, (resource) => ensure(resource, run));
  for (const outcome of outcomes) if (outcome.state === 'failed') throw outcome.error;
}
