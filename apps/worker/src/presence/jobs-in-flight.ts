/** The number of jobs that this worker runs now, as the queue reports it. */
export class JobsInFlight {
  count = 0;
}
