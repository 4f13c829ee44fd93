import { DeleteVolumeCommand, DescribeInstancesCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { brokenOff } from '@darkroom/aws-emulator';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench } from '../../test/bench.js';
import { useEmulator } from '../../test/use-emulator.js';
import { stackResources } from '../stack-resources.js';
import { ensure } from './ensure.js';
import { inOrder } from './graph.js';
import { listResources } from './profile.js';
import { getSeen } from './resource.js';

describe.skipIf(!services().moto)('an object that AWS creates at every call', () => {
  const emulator = useEmulator();

  /** One run that knows only the account. */
  async function run() {
    const { context, run: steps } = await createBench(emulator());
    const resources = stackResources(context);
    await inOrder(listResources(resources), (resource) => ensure(resource, steps));
    return { context, resources };
  }

  it.each(['ec2:RunInstances', 'ec2:CreateVolume'])(
    'is created once when the answer to %s is lost and the next run does not see the object yet',
    async (on) => {
      const heal = emulator().faults.add({ on, when: 'after', give: brokenOff() });
      emulator().pace.hiddenAfterCreate = 1;
      await run();
      heal();
      // Not visible yet: that many lists leave it out.
      emulator().pace.hiddenAfterCreate = 0;
      const { context } = await run();
      const { Volumes = [] } = await context.aws.ec2.send(new DescribeVolumesCommand({}));
      const { Reservations = [] } = await context.aws.ec2.send(new DescribeInstancesCommand({}));
      const data = Volumes.filter(({ Tags }) => Tags?.some(({ Value }) => Value === 'data'));
      expect(Reservations.flatMap(({ Instances = [] }) => Instances)).toHaveLength(1);
      expect(data).toHaveLength(1);
    },
  );

  it('is created again when AWS answers the token with a deleted object', async () => {
    const { context, resources } = await run();
    const before = getSeen(resources.volume).id;
    await resources.host.destroy(getSeen(resources.host));
    await context.aws.ec2.send(new DeleteVolumeCommand({ VolumeId: before }));
    const again = await run();
    expect(again.resources.volume.seen).toMatchObject({ state: expect.any(String) as string });
    expect(again.resources.volume.seen?.id).not.toBe(before);
  });
});
