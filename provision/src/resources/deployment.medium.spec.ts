import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { services } from '@darkroom/testing';
import { describe, expect, test } from 'vitest';
import { createBench, ensureAll } from '../../test/bench.js';
import { useEmulator } from '../../test/use-emulator.js';
import type { Context } from '../context.js';
import { ensure } from '../engine/ensure.js';
import type { Resource } from '../engine/resource.js';
import { stackResources } from '../stack-resources.js';
import { bucketName } from './bucket/bucket-name.js';

describe.skipIf(!services().moto)('releases in the bucket', () => {
  const emulator = useEmulator();

  const withRelease = (context: Context, hash: string): Context => ({
    ...context,
    release: { hash, userData: '#!/bin/sh\n', pack: () => Promise.resolve(Buffer.from(hash)) },
  });

  test('are removed but for the last three, whichever of them runs', async () => {
    const { context, run } = await createBench(emulator());
    const first = stackResources(context);
    const upTo = first.findIndex(({ key }) => key === 'deployment');
    await ensureAll(first.slice(0, upTo), run);
    const deploy = async (hash: string) => {
      const resources = stackResources(withRelease(context, hash));
      const deployment = resources.find(({ key }) => key === 'deployment') as Resource;
      for (const resource of resources.slice(0, upTo)) resource.seen = await resource.find();
      await ensure(deployment, run);
    };
    for (const hash of ['a', 'b', 'c', 'd', 'e']) await deploy(hash.repeat(16));
    await deploy('c'.repeat(16));

    const Bucket = bucketName(context.stack);
    const { Contents = [] } = await context.aws.s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents.map(({ Key }) => Key)).toEqual([
      'releases/cccccccccccccccc.tar.gz',
      'releases/current.json',
      'releases/dddddddddddddddd.tar.gz',
      'releases/eeeeeeeeeeeeeeee.tar.gz',
    ]);
  });
});
