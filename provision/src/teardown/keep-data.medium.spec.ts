import { StopInstancesCommand } from '@aws-sdk/client-ec2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench, ensureAll } from '../../test/bench.js';
import { fakeClock } from '../../test/fake-clock.js';
import { useEmulator } from '../../test/use-emulator.js';
import { plan } from '../engine/plan.js';
import { listResources } from '../engine/profile.js';
import { getSeen } from '../engine/resource.js';
import { bucketName } from '../resources/bucket/bucket-name.js';
import { stackResources } from '../stack-resources.js';
import { teardown } from './teardown.js';

describe.skipIf(!services().moto)('a teardown that keeps the data', () => {
  const emulator = useEmulator();

  async function createStack() {
    const { context, run } = await createBench(emulator());
    const resources = stackResources(context);
    await ensureAll(listResources(resources), run);
    const put = (Key: string, Body: string) =>
      context.aws.s3.send(new PutObjectCommand({ Bucket: bucketName(context.stack), Key, Body }));
    await put('uploads/1/original.jpg', 'p'.repeat(1000));
    return { context, resources, put };
  }

  const tearDown = (keepData: boolean) =>
    teardown({
      stack: 'demo',
      region: emulator().region,
      endpoint: emulator().endpoint,
      credentials: emulator().credentials(),
      clock: fakeClock(),
      keepData,
    });

  it('dumps the database, keeps only the bucket, and reports its price', async () => {
    const { context, resources, put } = await createStack();
    emulator().hosts.runCommand = async ({ commands }) => {
      expect(commands.join('\n')).toContain('provision/host/backup.sh');
      await put('backups/catalogue.dump', 'd'.repeat(500));
      return { exitCode: 0 };
    };
    const receipt = await tearDown(true);
    expect(receipt).toMatchObject({ failed: [], foreign: [], left: [], complete: true });
    expect(receipt.kept).toEqual([
      {
        kind: 'S3 bucket',
        id: bucketName(context.stack),
        what: expect.stringMatching(/^1 pictures? with .*, and the database as of 20\d\d-/) as string,
        bytes: expect.any(Number) as number,
        monthly: { amount: expect.any(Number) as number, certain: false },
      },
    ]);
    expect(receipt.kept[0]?.bytes).toBeGreaterThanOrEqual(1500);

    const back = await plan(listResources(resources));
    expect(back.filter(({ action }) => action !== 'create').map(({ key }) => key)).toEqual(['bucket']);
    expect(await tearDown(false)).toMatchObject({ kept: [], left: [], complete: true });
  });

  it('deletes nothing if the database cannot be dumped; provision then restarts the release', async () => {
    const { resources } = await createStack();
    emulator().hosts.runCommand = () => ({ exitCode: 1, stderr: 'pg_dump: error: connection refused' });
    emulator().calls.clear();
    await expect(tearDown(true)).rejects.toThrow(/nothing was deleted: [\s\S]*connection refused/);
    expect(emulator().calls.writes.map(({ name }) => name)).toEqual([
      'ssm:PutParameter',
      's3:DeleteObject',
      'ssm:SendCommand',
      'ssm:DeleteParameter',
    ]);
    const todo = (await plan(listResources(resources))).filter(({ action }) => action !== 'same');
    expect(todo.map(({ key, action }) => `${action} ${key}`)).toEqual(['create deployment']);
  });

  it('is not misled by the dump of an earlier stack when the host is stopped', async () => {
    const { context, resources, put } = await createStack();
    await put('backups/catalogue.dump', 'of an earlier stack');
    await context.aws.ec2.send(new StopInstancesCommand({ InstanceIds: [getSeen(resources.host).id] }));
    await expect(tearDown(true)).rejects.toThrow('nothing was deleted: the host is stopped');
  });

  it('resumes an interrupted run after the host was deleted', async () => {
    const { put } = await createStack();
    emulator().hosts.runCommand = async () => {
      await put('backups/catalogue.dump', 'd');
      return { exitCode: 0 };
    };
    emulator().faults.deny('ec2:DeleteVolume');
    expect(await tearDown(true)).toMatchObject({ complete: false });
    emulator().faults.clear();
    const receipt = await tearDown(true);
    expect(receipt).toMatchObject({ complete: true, kept: [{ kind: 'S3 bucket' }] });
  });
});
