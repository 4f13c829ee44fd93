import type { OperationsAnswer } from '@darkroom/contracts';
import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect } from 'preact/hooks';
import { Link } from '../components/link.js';
import { Notice } from '../components/notice.js';
import { Icon } from '../icons/icons.js';
import { text } from '../text/en.js';
import { formatBytes, formatClock, formatNumber } from '../text/format.js';
import { picturesToDo } from './pictures-to-do.js';
import { ThroughputChart } from './throughput-chart.js';
import { useOperations } from './use-operations.js';
import { WorkerTable } from './worker-table.js';

/** Queue, throughput, workers, failures and storage. */
export function StatusPage(): JSX.Element {
  const { answer, fault, retry } = useOperations();
  useLayoutEffect(() => scrollTo(0, 0), []);
  return (
    <main id="main" class="main status" tabIndex={-1} aria-busy={answer === null && fault === null}>
      <div class="status-head">
        <h1>{text.operations.title}</h1>
        <p class="hint">
          {answer !== null && text.operations.updated(formatClock(new Date(answer.at)))}
          {answer !== null && fault !== null && <strong role="alert"> {text.operations.stale}</strong>}
        </p>
      </div>
      {answer !== null && <Panels answer={answer} />}
      {answer !== null && (
        <p class="status-foot">
          <a class="more" href="/api/docs">
            {text.app.docs}
          </a>
        </p>
      )}
      {answer === null && fault === null && <Loading />}
      {answer === null && fault !== null && (
        <Notice
          icon="warning"
          title={text.operations.failedTitle}
          lead={text.app.fault(fault.code, fault.message)}
          alert
        >
          <button type="button" class="button is-primary" onClick={retry}>
            {text.app.tryAgain}
          </button>
        </Notice>
      )}
    </main>
  );
}

function Panels({ answer }: { answer: OperationsAnswer }): JSX.Element {
  return (
    <div class="panels">
      <Panel title={text.operations.queue}>
        <Queue answer={answer} />
      </Panel>
      <Panel title={text.operations.throughput} wide>
        <ThroughputChart answer={answer} />
      </Panel>
      <Panel title={text.operations.library}>
        <Library answer={answer} />
      </Panel>
      <Panel title={text.operations.workers} wide>
        <WorkerTable answer={answer} />
      </Panel>
      <Panel title={text.operations.storage}>
        <Storage answer={answer} />
      </Panel>
      <Panel title={text.operations.failures} wide>
        <Failures answer={answer} />
      </Panel>
    </div>
  );
}

function Panel({
  title,
  wide = false,
  children,
}: {
  title: string;
  wide?: boolean;
  children: ComponentChildren;
}): JSX.Element {
  const id = useId();
  return (
    <section class={`panel ${wide ? 'is-wide' : ''}`} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

function Queue({ answer: { queue } }: { answer: OperationsAnswer }): JSX.Element {
  if (queue === null)
    return (
      <p class="bad">
        <Icon name="warning" size={18} />
        {text.operations.queueDown}
      </p>
    );
  const pictures = picturesToDo(queue);
  return (
    <>
      <p class="figure">{formatNumber(pictures)}</p>
      <p class="hint">{text.operations.queueLead(pictures)}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.operations.job}</th>
            <th scope="col">{text.operations.waiting}</th>
            <th scope="col">{text.operations.active}</th>
            <th scope="col">{text.operations.delayed}</th>
          </tr>
        </thead>
        <tbody>
          {queue.map(({ name, waiting, active, delayed }) => (
            <tr key={name}>
              <th scope="row">{text.operations.jobNames[name] ?? name}</th>
              <td>{formatNumber(waiting)}</td>
              <td>{formatNumber(active)}</td>
              <td>{formatNumber(delayed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Library({ answer: { images } }: { answer: OperationsAnswer }): JSX.Element {
  const states = ['ready', 'processing', 'queued', 'failed', 'quarantined'] as const;
  const total = states.reduce((sum, status) => sum + images[status], 0);
  return (
    <>
      <p class="figure">{formatNumber(total)}</p>
      <p class="hint">{text.operations.libraryLead(total)}</p>
      <dl class="pairs">
        {states.map((status) => (
          <div key={status}>
            <dt>
              <Link href={`/?status=${status}`}>{text.status[status]}</Link>
            </dt>
            <dd>{formatNumber(images[status])}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Storage({ answer: { storage } }: { answer: OperationsAnswer }): JSX.Element {
  const { originals, variants, kind } = storage;
  return (
    <>
      <p class="figure">{formatBytes(originals.bytes + variants.bytes)}</p>
      <p class="hint">{text.operations.storageKinds[kind] ?? kind}</p>
      <dl class="pairs">
        {[
          { name: text.operations.originals, stored: originals },
          { name: text.operations.variants, stored: variants },
        ].map(({ name, stored }) => (
          <div key={name}>
            <dt>
              {name} <span class="hint">{text.operations.files(stored.count)}</span>
            </dt>
            <dd>{formatBytes(stored.bytes)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function Failures({ answer: { failures } }: { answer: OperationsAnswer }): JSX.Element {
  if (failures.length === 0) {
    return (
      <p class="good">
        <Icon name="check" size={18} />
        {text.operations.noFailures}
      </p>
    );
  }
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.operations.code}</th>
            <th scope="col">{text.operations.pictures}</th>
          </tr>
        </thead>
        <tbody>
          {failures.map(({ code, count }) => (
            <tr key={code}>
              <th scope="row">
                <code>{code}</code>
              </th>
              <td>{formatNumber(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Link class="more" href="/?status=failed">
        {text.operations.show}
      </Link>
    </>
  );
}

function Loading(): JSX.Element {
  return (
    <div class="panels" role="status" aria-label={text.app.loading}>
      {[1, 2, 3, 4].map((key) => (
        <div key={key} class={`panel is-loading ${key % 2 === 0 ? 'is-wide' : ''}`} />
      ))}
    </div>
  );
}
