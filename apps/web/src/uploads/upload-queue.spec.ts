import { describe, expect, it } from 'vitest';
import { createFakeUploads, createUploads } from '../testing/fake-uploads.js';
import { totalsOf } from './upload-totals.js';

describe('the upload queue', () => {
  it('sends three files at a time, in order', async () => {
    const { queue, tries, states } = createFakeUploads();
    queue.add(createUploads(5));
    expect(states()).toEqual(['uploading', 'uploading', 'uploading', 'waiting', 'waiting']);
    await tries[1]?.succeed();
    expect(states()).toEqual(['uploading', 'kept', 'uploading', 'uploading', 'waiting']);
    expect(tries.map(({ file }) => file.name)).toEqual([1, 2, 3, 4].map((number) => `photo-${number}.jpg`));
  });

  it('reports each accepted picture', async () => {
    const { queue, tries, kept } = createFakeUploads();
    queue.add(createUploads(1));
    await tries[0]?.succeed();
    expect(kept).toEqual([
      [expect.objectContaining({ filename: 'photo-1.jpg' }), expect.objectContaining({ id: 1 })],
    ]);
  });

  it('retries after a lost connection with the same key and a growing delay', async () => {
    const { queue, tries, states, pass } = createFakeUploads();
    queue.add(createUploads(1));
    for (const wait of [1_000, 2_000, 4_000]) {
      await tries.at(-1)?.fail('unreachable');
      expect(states()).toEqual(['retrying']);
      pass(wait - 1);
      expect(states()).toEqual(['retrying']);
      pass(1);
      expect(states()).toEqual(['uploading']);
    }
    await tries.at(-1)?.succeed();
    expect(states()).toEqual(['kept']);
    expect(new Set(tries.map(({ key }) => key)).size).toBe(1);
  });

  it('waits as long as the server asks', async () => {
    const { queue, tries, states, pass } = createFakeUploads();
    queue.add(createUploads(1));
    await tries[0]?.fail('busy', 20);
    pass(19_999);
    expect(states()).toEqual(['retrying']);
    pass(1);
    expect(states()).toEqual(['uploading']);
  });

  it('pauses all uploads while the server accepts none, and continues in order without a failure', async () => {
    const { queue, tries, states, pass } = createFakeUploads();
    queue.add(createUploads(5));
    await tries[1]?.fail('throttled', 20);
    expect(states()).toEqual(['uploading', 'waiting', 'uploading', 'waiting', 'waiting']);
    expect(queue.pause.value?.reason).toBe('It is throttled.');
    expect(queue.secondsToWait()).toBe(20);
    await tries[0]?.succeed();
    await tries[2]?.succeed();
    queue.add(createUploads(1));
    expect(states()).toEqual(['kept', 'waiting', 'kept', 'waiting', 'waiting', 'waiting']);
    pass(19_999);
    expect(tries).toHaveLength(3);
    pass(1);
    expect(queue.pause.value).toBeNull();
    expect(states()).toEqual(['kept', 'uploading', 'kept', 'uploading', 'uploading', 'waiting']);
    expect(tries[3]?.key).toBe(tries[1]?.key);
    expect(queue.uploads.value[1]?.failures).toBe(0);
  });

  it('pauses until the last of several times to wait', async () => {
    const { queue, tries, pass } = createFakeUploads();
    queue.add(createUploads(3));
    await tries[0]?.fail('throttled', 5);
    await tries[1]?.fail('throttled', 30);
    await tries[2]?.fail('throttled', 10);
    pass(29_999);
    expect(tries).toHaveLength(3);
    expect(queue.secondsToWait()).toBe(1);
    pass(1);
    expect(tries).toHaveLength(6);
    expect(queue.secondsToWait()).toBe(0);
  });

  it('sends nothing after a pause for files that were cancelled in it', async () => {
    const { queue, tries, states, pass } = createFakeUploads();
    queue.add(createUploads(2));
    await tries[0]?.fail('throttled', 5);
    queue.cancelAll();
    pass(60_000);
    expect(tries).toHaveLength(2);
    expect(states()).toEqual(['cancelled', 'cancelled']);
  });

  it('sends other files while one waits for its retry', async () => {
    const { queue, tries, states } = createFakeUploads();
    queue.add(createUploads(4));
    await tries[0]?.fail('unreachable');
    expect(states()).toEqual(['retrying', 'uploading', 'uploading', 'uploading']);
  });

  it('retries at once when the connection is back', async () => {
    const { queue, tries, states, pass } = createFakeUploads();
    queue.add(createUploads(1));
    await tries[0]?.fail('unreachable');
    queue.retryNow();
    expect(states()).toEqual(['uploading']);
    pass(60_000);
    expect(tries).toHaveLength(2);
  });

  it('keeps a refused file with its reason until the user retries', async () => {
    const { queue, tries, states, pass } = createFakeUploads();
    queue.add(createUploads(1));
    await tries[0]?.fail('refused');
    pass(600_000);
    expect(queue.uploads.value[0]).toMatchObject({ state: 'refused', message: 'It is refused.' });
    queue.retry(1);
    expect(states()).toEqual(['uploading']);
    expect(tries[1]?.key).toBe(tries[0]?.key);
  });

  it('does not send a file that was refused before', () => {
    const { queue, tries } = createFakeUploads();
    queue.add(createUploads(1, 'Too large.'));
    expect(tries).toHaveLength(0);
    expect(queue.uploads.value[0]).toMatchObject({ state: 'refused', message: 'Too large.' });
  });

  it('sends the fields of the picture that a file replaces with every try', async () => {
    const { queue, tries, kept, pass } = createFakeUploads();
    const replaces = { id: 'failed', fields: { title: 'Sea' } };
    queue.add(createUploads(1).map((upload) => ({ ...upload, replaces })));
    await tries[0]?.fail('unreachable');
    pass(1_000);
    await tries[1]?.succeed();
    expect(tries.map(({ fields }) => fields)).toEqual([{ title: 'Sea' }, { title: 'Sea' }]);
    expect(kept.map(([, upload]) => upload.replaces)).toEqual([replaces]);
  });

  it('pauses while the session has ended and continues after signing in', async () => {
    const { queue, tries, states } = createFakeUploads();
    queue.add(createUploads(2));
    await tries[0]?.fail('signed-out');
    await tries[1]?.fail('signed-out');
    expect(states()).toEqual(['held', 'held']);
    queue.resume();
    expect(states()).toEqual(['uploading', 'uploading']);
  });

  it('cancels running, waiting and retrying uploads', async () => {
    const { queue, tries, states, pass } = createFakeUploads();
    queue.add(createUploads(5));
    await tries[2]?.fail('unreachable');
    queue.cancelAll();
    expect(states()).toEqual(Array(5).fill('cancelled'));
    expect(tries[0]?.signal.aborted).toBe(true);
    await tries[0]?.succeed();
    pass(60_000);
    expect(states()).toEqual(Array(5).fill('cancelled'));
  });

  it('does not cancel an accepted picture', async () => {
    const { queue, tries, states } = createFakeUploads();
    queue.add(createUploads(1));
    await tries[0]?.succeed();
    queue.cancel(1);
    expect(states()).toEqual(['kept']);
  });

  it('clears only finished uploads', async () => {
    const { queue, tries } = createFakeUploads();
    queue.add(createUploads(3));
    await tries[0]?.succeed();
    queue.cancel(2);
    queue.clear();
    expect(queue.uploads.value.map(({ id }) => id)).toEqual([3]);
  });

  it('adds up the sent bytes and the speed', () => {
    const { queue, tries, pass } = createFakeUploads();
    queue.add(createUploads(4));
    tries[0]?.onProgress(200);
    pass(1_000);
    tries[1]?.onProgress(600);
    expect(totalsOf(queue.uploads.value)).toEqual({ open: 4, kept: 0, failed: 0, bytes: 4000, sent: 800 });
    expect(queue.speed()).toBe(600);
    pass(10_000);
    expect(queue.speed()).toBe(0);
  });
});
