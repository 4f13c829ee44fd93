import { describe, expect, it } from 'vitest';
import { FileBody } from './file-body.js';

const PIECE = 512 * 1024;
const bytesOf = (length: number, fill: number) => Buffer.alloc(length, fill);

describe('FileBody', () => {
  it('gathers chunks into pieces', async () => {
    const body = new FileBody(undefined, () => undefined);
    for (let index = 0; index < 9; index += 1) body.push(bytesOf(PIECE / 4, index));
    body.end();
    const sizes: number[] = [];
    const firsts: (number | undefined)[] = [];
    for (let piece = await body.next(); piece !== undefined; piece = await body.next()) {
      sizes.push(piece.length);
      firsts.push(piece[0], piece.at(-1));
    }
    expect(sizes).toEqual([PIECE, PIECE, PIECE / 4]);
    expect(firsts).toEqual([0, 3, 4, 7, 8, 8]);
  });

  it('shows the first bytes as soon as they have arrived, and passes them on', async () => {
    const body = new FileBody(undefined, () => undefined);
    const head = body.head(10);
    body.push(Buffer.from('12345'));
    body.push(Buffer.from('6789012'));
    expect((await head).toString()).toBe('1234567890');
    body.end();
    expect((await body.next())?.toString()).toBe('123456789012');
    expect(await body.next()).toBeUndefined();
  });

  it('shows all of a shorter file, and nothing of an empty one', async () => {
    const short = new FileBody(5, () => undefined);
    short.push(Buffer.from('12'));
    short.end();
    expect((await short.head(10)).toString()).toBe('12');
    const empty = new FileBody(0, () => undefined);
    empty.end();
    expect((await empty.head(10)).length).toBe(0);
    expect(await empty.next()).toBeUndefined();
  });

  it('says when its reader is busy and the next piece is full', async () => {
    let taken = 0;
    const body = new FileBody(undefined, () => void (taken += 1));
    body.push(bytesOf(PIECE, 1));
    expect([body.isAhead, body.waiting]).toEqual([false, PIECE]);
    const first = await body.next();
    expect([body.isAhead, body.waiting]).toEqual([false, 0]);
    body.push(bytesOf(PIECE + 1, 2));
    expect([body.isAhead, body.waiting]).toEqual([true, PIECE]);
    // What the reader has does not change meanwhile.
    expect(first?.equals(bytesOf(PIECE, 1))).toBe(true);
    expect(taken).toBe(1);
    expect((await body.next())?.equals(bytesOf(PIECE, 2))).toBe(true);
    expect([body.isAhead, body.waiting, taken]).toEqual([false, 0, 2]);
  });

  it('uses the memory of a piece again once the next one is asked for', async () => {
    const body = new FileBody(undefined, () => undefined);
    body.push(bytesOf(PIECE, 1));
    const memory = (await body.next())?.buffer;
    const second = body.next();
    body.push(bytesOf(PIECE, 2));
    expect((await second)?.buffer).toBe(memory);
  });

  it('fails its reader when the form breaks off', async () => {
    const body = new FileBody(undefined, () => undefined);
    body.push(Buffer.from('1'));
    const head = body.head(10);
    body.fail(new Error('cut off'));
    await expect(head).rejects.toThrow('cut off');
    await expect(body.next()).rejects.toThrow('cut off');
  });

  it('does not fail once it is complete', async () => {
    const body = new FileBody(undefined, () => undefined);
    body.push(Buffer.from('1'));
    body.end();
    body.fail(new Error('another file was cut off'));
    expect((await body.next())?.toString()).toBe('1');
  });
});
