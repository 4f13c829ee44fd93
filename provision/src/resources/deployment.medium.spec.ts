import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench, ensureAll } from '../../test/bench.js';
import { useEmulator } from '../../test/use-emulator.js';
import type { Context } from '../context.js';
import { ensure } from '../engine/ensure.js';
import { listResources } from '../engine/profile.js';
import { stackResources, type StackResources } from '../stack-resources.js';
import { bucketName } from './bucket/bucket-name.js';

describe.skipIf(!services().moto)('releases in the bucket', () => {
  const emulator = useEmulator();

  const withRelease = (context: Context, hash: string): Context => ({
    ...context,
    release: { hash, userData: '#!/bin/sh\n', pack: () => Promise.resolve(Buffer.from(hash)) },
  });

  it('are removed except for three, the running one included', async () => {
    const { context, run } = await createBench(emulator());
    const before = (resources: StackResources) => {
      const all = listResources(resources);
      return all.slice(0, all.indexOf(resources.deployment));
    };
    await ensureAll(before(stackResources(context)), run);
    const deploy = async (hash: string) => {
      const resources = stackResources(withRelease(context, hash));
      for (const resource of before(resources)) resource.seen = await resource.find();
      await ensure(resources.deployment, run);
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
