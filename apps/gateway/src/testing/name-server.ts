import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A name server that knows one kind of answer: the IPv4 addresses it has been told. */
export interface NameServer {
  /** As nginx takes it. */
  address: string;
  /** Folder of a `getent` that gives the same answer. */
  programs: string;
  /** From now on, the name stands for these. */
  point(addresses: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function startNameServer(): Promise<NameServer> {
  let addresses: readonly string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => socket.send(answerTo(query, addresses), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const programs = await mkdtemp(path.join(tmpdir(), 'darkroom-names-'));
  const file = path.join(programs, 'addresses');
  const point = async (next: readonly string[]): Promise<void> => {
    await writeFile(`${file}.new`, next.map((address) => `${address} STREAM\n`).join(''));
    await rename(`${file}.new`, file);
    addresses = next;
  };
  await point([]);
  await writeFile(path.join(programs, 'getent'), `#!/bin/sh\ncat '${file}'\n`);
  await chmod(path.join(programs, 'getent'), 0o755);
  return {
    address: `127.0.0.1:${socket.address().port}`,
    programs,
    point,
    close: async () => {
      socket.close();
      await rm(programs, { recursive: true });
    },
  };
}

/** RFC 1035 section 4: the question again, then an A record for each address, to be kept for ten minutes. */
function answerTo(query: Buffer, addresses: readonly string[]): Buffer {
  let end = 12;
  while (query[end] !== 0) end += (query[end] ?? 0) + 1;
  const question = query.subarray(12, end + 5);
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  // An answer, recursion available; a name without addresses is not there (NXDOMAIN).
  head.writeUInt16BE(0x8180 | (addresses.length === 0 ? 3 : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) => {
    const record = Buffer.alloc(16);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(1, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(600, 6);
    record.writeUInt16BE(4, 10);
    Buffer.from(address.split('.').map(Number)).copy(record, 12);
    return record;
  });
  return Buffer.concat([head, question, ...records]);
}
