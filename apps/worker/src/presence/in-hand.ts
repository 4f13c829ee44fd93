/** How many jobs this worker works on; the queue tells it. */
export class InHand {
  count = 0;
}
