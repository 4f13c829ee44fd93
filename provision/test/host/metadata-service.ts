import type { Credentials } from '@darkroom/aws-emulator';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetadataService {
  port: number;
  stop(): Promise<void>;
}

const KEYS = '/latest/meta-data/iam/security-credentials/';

/**
 * Starts a metadata service like that of a host at 169.254.169.254. It supports only version 2: a caller with a session
 * token gets the keys of the host's role.
 */
export async function startMetadataService(role: string, keys: Credentials): Promise<MetadataService> {
  const sessions = new Set<string>();
  const answers: Readonly<Record<string, () => string>> = {
    [KEYS]: () => role,
    [`${KEYS}${role}`]: () =>
      JSON.stringify({
        Code: 'Success',
        Type: 'AWS-HMAC',
        AccessKeyId: keys.accessKeyId,
        SecretAccessKey: keys.secretAccessKey,
        Token: 'emulator',
        LastUpdated: new Date().toISOString(),
        Expiration: new Date(Date.now() + 6 * 3_600_000).toISOString(),
      }),
  };
  const server = createServer(({ method, url = '', headers }, response) => {
    if (method === 'PUT' && url === '/latest/api/token') {
      const session = randomUUID();
      sessions.add(session);
      const seconds = String(headers['x-aws-ec2-metadata-token-ttl-seconds']);
      response.writeHead(200, { 'x-aws-ec2-metadata-token-ttl-seconds': seconds }).end(session);
      return;
    }
    const known = sessions.has(String(headers['x-aws-ec2-metadata-token']));
    const answer = answers[url];
    if (!known) response.writeHead(401).end();
    else if (answer === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/plain' }).end(answer());
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
