import { DescribeListenersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { sendJson } from '@darkroom/aws-emulator/testing';
import { services } from '@darkroom/testing';
import { describe, expect, it } from 'vitest';
import { createBench, ensureAll } from '../../../test/bench.js';
import { useEmulator } from '../../../test/use-emulator.js';
import { plan } from '../../engine/plan.js';
import type { Settings } from '../../settings.js';
import { stackResources } from '../../stack-resources.js';

describe.skipIf(!services().moto)('a stack with a certificate', () => {
  const emulator = useEmulator();

  async function certificate(): Promise<string> {
    const request = { DomainName: 'pictures.example.org', ValidationMethod: 'DNS' };
    const answer = await sendJson(emulator(), 'acm', 'CertificateManager.RequestCertificate', request);
    return (answer as { CertificateArn: string }).CertificateArn;
  }

  /** @returns the listeners, by port */
  async function listening(settings: Partial<Settings>) {
    const { context, run, takeWrites } = await createBench(emulator(), settings);
    const { balancerGroup, loadBalancer, targetGroup, httpListener, httpsListener } = stackResources(context);
    const entry = [balancerGroup, loadBalancer, targetGroup, httpListener, httpsListener];
    await ensureAll(entry, run);
    takeWrites();
    await ensureAll(entry, run);
    expect(takeWrites()).toEqual([]);
    expect((await plan(entry)).filter(({ action }) => action !== 'same')).toEqual([]);
    const { Listeners = [] } = await context.aws.elasticloadbalancing.send(
      new DescribeListenersCommand({ LoadBalancerArn: loadBalancer.seen?.id }),
    );
    return new Map(Listeners.map((listener) => [listener.Port, listener]));
  }

  it('serves HTTPS and redirects HTTP to it; without the certificate it serves HTTP again', async () => {
    const arn = await certificate();
    const secure = await listening({ certificate: arn });
    expect(secure.get(443)).toMatchObject({
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: arn }],
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      DefaultActions: [{ Type: 'forward' }],
    });
    expect(secure.get(80)).toMatchObject({
      Protocol: 'HTTP',
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    });

    const plain = await listening({});
    expect([...plain.keys()]).toEqual([80]);
    expect(plain.get(80)).toMatchObject({ DefaultActions: [{ Type: 'forward' }] });
  });

  it('replaces the certificate by another one', async () => {
    await listening({ certificate: await certificate() });
    const other = await certificate();
    const secure = await listening({ certificate: other });
    expect(secure.get(443)?.Certificates).toEqual([expect.objectContaining({ CertificateArn: other })]);
  });

  it("fails with AWS's error when the certificate does not exist", async () => {
    const arn = `arn:aws:acm:${emulator().region}:${emulator().account}:certificate/none`;
    await expect(listening({ certificate: arn })).rejects.toThrow(/[Cc]ertificate/);
  });
});
