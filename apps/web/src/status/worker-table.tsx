import type { OperationsAnswer } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { Icon } from '../icons/icons.js';
import { text } from '../text/en.js';
import { formatDistance, formatNumber } from '../text/format.js';

/** The running workers, and how busy each one is. */
export function WorkerTable({ answer: { workers, at } }: { answer: OperationsAnswer }): JSX.Element {
  if (workers.length === 0) {
    return (
      <p class="bad">
        <Icon name="warning" size={18} />
        {text.operations.noWorkers}
      </p>
    );
  }
  const now = new Date(at);
  return (
    <>
      <p class="figure">{formatNumber(workers.length)}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.operations.worker}</th>
            <th scope="col">{text.operations.inFlight}</th>
            <th scope="col">{text.operations.since}</th>
            <th scope="col">{text.operations.seen}</th>
          </tr>
        </thead>
        <tbody>
          {workers.map(({ id, host, inHand, concurrency, since, seenAt }) => (
            <tr key={id}>
              <th scope="row">{host}</th>
              <td>{text.operations.inFlightOf(inHand, concurrency)}</td>
              <td>{formatDistance(new Date(since), now)}</td>
              <td>{formatDistance(new Date(seenAt), now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
