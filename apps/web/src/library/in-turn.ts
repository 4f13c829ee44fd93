/** Calls that run at a time: enough to be quick, few enough to leave room for what else the page asks. */
const AT_ONCE = 4;

/**
 * Does the same with many things, a few at a time.
 *
 * @returns those with which it failed
 */
export async function inTurn<Thing>(
  things: readonly Thing[],
  work: (thing: Thing) => Promise<unknown>,
): Promise<Thing[]> {
  const failed: Thing[] = [];
  const queue = things.values();
  const worker = async () => {
    for (const thing of queue) {
      try {
        await work(thing);
      } catch {
        failed.push(thing);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failed;
}
