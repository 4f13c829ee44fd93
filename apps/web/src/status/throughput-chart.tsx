import type { OperationsAnswer } from '@darkroom/contracts';
import type { JSX } from 'preact';
import { text } from '../text/en.js';
import { formatNumber, formatTime } from '../text/format.js';
import { type Bar, throughputOf } from './throughput.js';

const WIDTH = 600;
const HEIGHT = 130;
/** Height of the bar for zero in pixels, so that every minute is visible. */
const ZERO_HEIGHT = 2;

/** Pictures that became ready, one bar per minute, and the same as a table. */
export function ThroughputChart({ answer }: { answer: OperationsAnswer }): JSX.Element {
  const { bars, total, peak, top } = throughputOf(answer.readyPerMinute, new Date(answer.at));
  const step = WIDTH / bars.length;
  return (
    <>
      <p class="figure">{formatNumber(total)}</p>
      <p class="hint">{text.operations.peak(peak)}</p>
      <svg
        class="chart"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={text.operations.chart(total, peak)}
      >
        <path class="chart-line" d={`M0 .5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}`} />
        {bars.map((bar, index) => {
          const height = Math.max(ZERO_HEIGHT, bar.height * HEIGHT);
          return (
            <rect
              key={bar.at.getTime()}
              class={bar.count > 0 ? 'chart-bar' : 'chart-none'}
              x={index * step + 1}
              y={HEIGHT - height}
              width={step - 2}
              height={height}
              rx={Math.min(2, height / 2)}
            >
              <title>{text.operations.perMinute(formatTime(bar.at), bar.count)}</title>
            </rect>
          );
        })}
      </svg>
      <div class="chart-axis" aria-hidden="true">
        <span>{formatTime(bars[0]?.at ?? new Date())}</span>
        <span>{text.operations.top(top)}</span>
        <span>{formatTime(bars.at(-1)?.at ?? new Date())}</span>
      </div>
      <Table bars={bars} />
    </>
  );
}

function Table({ bars }: { bars: readonly Bar[] }): JSX.Element {
  return (
    <details class="as-table">
      <summary>{text.operations.showTable}</summary>
      <div class="as-table-scroll" tabIndex={0} role="group" aria-label={text.operations.throughput}>
        <table>
          <thead>
            <tr>
              <th scope="col">{text.operations.minute}</th>
              <th scope="col">{text.operations.ready}</th>
            </tr>
          </thead>
          <tbody>
            {bars.toReversed().map(({ at, count }) => (
              <tr key={at.getTime()}>
                <th scope="row">{formatTime(at)}</th>
                <td>{formatNumber(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
