/** Calls at a time: enough to be fast, and few enough to leave connections for the rest of the page. */
const AT_ONCE = 4;

/**
 * Runs `work` for each item, a few at a time.
 *
 * @returns the items for which it failed
 */
export async function runInParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<Item[]> {
  const failed: Item[] = [];
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      try {
        await work(item);
      } catch {
        failed.push(item);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failed;
}
