import { crc32, deflateSync } from 'node:zlib';
import { waitFor, type Clock } from '../engine/wait.js';
import { ProvisionFault } from '../errors.js';

/** Seconds from a healthy target to a picture that is ready. */
const LIMIT = 180;

interface Image {
  id: string;
  status: string;
  error: { message: string } | null;
}

/**
 * Uploads a picture through the API, waits until it is ready, and deletes it.
 *
 * @param address - of the stack, e.g. `http://darkroom-demo-alb-1.eu-north-1.elb.amazonaws.com`
 * @throws ProvisionFault `timeout` or `unfit` with the last answer
 */
export async function checkUpload(address: string, token: string, clock: Clock): Promise<void> {
  let last = 'nothing';
  const what = () => `a picture to be uploaded through ${address}; the last answer was ${last}`;
  const call = async (path: string, init: RequestInit = {}) => {
    try {
      const answer = await fetch(`${address}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(30_000),
      });
      last = `${init.method ?? 'GET'} ${path}: ${answer.status}`;
      return answer.ok ? answer : undefined;
    } catch (error) {
      // DNS may need a minute for the name of a new load balancer.
      last = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  };
  const uploaded = await waitFor(clock, {
    poll: () => call('/api/images', { method: 'POST', body: form() }),
    what,
    limitSeconds: LIMIT,
  });
  const { items } = (await uploaded.json()) as { items: Image[] };
  const path = `/api/images/${items[0]?.id ?? ''}`;
  await waitFor(clock, {
    poll: async () => {
      const image = (await (await call(path))?.json()) as Image | undefined;
      if (image?.status === 'failed' || image?.status === 'quarantined') {
        throw new ProvisionFault(
          'unfit',
          `The test picture ended as ${image.status}: ${image.error?.message}`,
        );
      }
      return image?.status === 'ready' ? true : undefined;
    },
    what,
    limitSeconds: LIMIT,
  });
  await call(path, { method: 'DELETE' });
}

function form(): FormData {
  const data = new FormData();
  data.set('file', new Blob([greySquare()], { type: 'image/png' }), 'provision-check.png');
  return data;
}

/** A PNG of 8 × 8 grey pixels. */
function greySquare(): Uint8Array<ArrayBuffer> {
  const size = 8;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  // 8 bits, greyscale.
  header[8] = 8;
  const rows = Buffer.concat(
    Array.from({ length: size }, () => Buffer.from([0, ...Array.from({ length: size }, () => 128)])),
  );
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return new Uint8Array(
    Buffer.concat([
      signature,
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(rows)),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.byteLength);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
