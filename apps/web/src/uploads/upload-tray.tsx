import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { IconButton } from '../components/icon-button.js';
import { Icon } from '../icons/icons.js';
import { text } from '../text/en.js';
import { formatSpeed } from '../text/format.js';
import type { Upload, UploadState } from './upload-queue.js';
import { UploadRow } from './upload-row.js';
import { totalsOf, type UploadTotals } from './upload-totals.js';

/** Milliseconds that the tray stays after all uploads have succeeded. */
const CLEAR_AFTER = 6_000;

/** The most rows in the tray. */
const MAX_ROWS = 100;

/** Order of the rows: running, failed, waiting, finished. */
const RANKS: Record<UploadState, number> = {
  uploading: 0,
  retrying: 1,
  held: 1,
  refused: 2,
  waiting: 3,
  kept: 4,
  cancelled: 5,
};

/** The list of uploads in the corner of the page. */
export function UploadTray(): JSX.Element | null {
  const { uploader } = useServices();
  const { queue } = uploader;
  const [collapsed, setCollapsed] = useState(false);
  const uploads = queue.uploads.value;
  const totals = totalsOf(uploads);
  const allSucceeded = uploads.length > 0 && totals.open === 0 && totals.failed === 0;
  useEffect(() => {
    if (!allSucceeded) return undefined;
    const timer = setTimeout(() => queue.clear(), CLEAR_AFTER);
    return () => clearTimeout(timer);
  }, [allSucceeded, queue]);
  if (uploads.length === 0) return null;
  return (
    <section class={`tray ${collapsed ? 'is-collapsed' : ''}`} aria-label={text.upload.tray}>
      <div class="tray-head">
        <div class="tray-title">
          <h2>{titleOf(totals)}</h2>
          {totals.open > 0 && (queue.pause.value === null ? <TraySpeed totals={totals} /> : <TrayPause />)}
        </div>
        <IconButton
          icon={collapsed ? 'up' : 'down'}
          label={collapsed ? text.upload.expand : text.upload.collapse}
          expanded={!collapsed}
          onClick={() => setCollapsed(!collapsed)}
        />
        {totals.open === 0 && (
          <IconButton icon="close" label={text.upload.clear} onClick={() => queue.clear()} />
        )}
      </div>
      {totals.open > 0 && (
        <progress
          class="tray-progress"
          aria-label={text.upload.overall}
          max={totals.bytes}
          value={totals.sent}
        />
      )}
      {!collapsed && <TrayList uploads={uploads} />}
      {!collapsed && totals.open > 1 && (
        <div class="tray-foot">
          <button type="button" class="button is-quiet" onClick={() => queue.cancelAll()}>
            <Icon name="close" size={16} />
            {text.upload.cancelAll}
          </button>
        </div>
      )}
    </section>
  );
}

function TrayList({ uploads }: { uploads: readonly Upload[] }): JSX.Element {
  const sorted = uploads.toSorted((one, other) => RANKS[one.state] - RANKS[other.state]);
  return (
    // Focusable, so that the keyboard can scroll it even if no row has a button.
    <ul class="tray-list" tabIndex={0} aria-label={text.upload.tray}>
      {sorted.slice(0, MAX_ROWS).map((upload) => (
        <UploadRow key={upload.id} upload={upload} />
      ))}
    </ul>
  );
}

function TraySpeed({ totals }: { totals: UploadTotals }): JSX.Element {
  const { uploader } = useServices();
  const speed = uploader.queue.speed();
  return (
    <p>
      {text.upload.progress(totals.sent, totals.bytes)}
      {speed > 0 && ` · ${formatSpeed(speed)}`}
    </p>
  );
}

/** Why all uploads wait, and a countdown. */
function TrayPause(): JSX.Element {
  const { queue } = useServices().uploader;
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <p role="status">{queue.pause.value?.reason}</p>
      {/* Screen readers would read every second. */}
      <p aria-hidden="true">{text.upload.continues(queue.secondsToWait())}</p>
    </>
  );
}

function titleOf({ open, kept, failed }: UploadTotals): string {
  if (open > 0) return text.upload.uploading(open);
  return failed > 0 ? text.upload.problems(failed) : text.upload.done(kept);
}
