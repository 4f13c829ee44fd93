import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useServices } from '../app/services.js';
import { Icon } from '../icons/icons.js';
import { text } from '../text/en.js';
import { hasFiles, filesOf } from './dropped-files.js';

/** Accepts files dropped or pasted anywhere, and shows an overlay while files are dragged over the page. */
export function DropZone(): JSX.Element | null {
  const { uploader } = useServices();
  const [over, setOver] = useState(false);
  useEffect(() => {
    // The events fire for every element below the pointer, so count them to know when the drag leaves the page.
    let depth = 0;
    const set = (value: number) => {
      depth = Math.max(0, value);
      setOver(depth > 0);
    };
    const listeners = {
      dragenter: (event: DragEvent) => hasFiles(event.dataTransfer) && set(depth + 1),
      dragleave: (event: DragEvent) => hasFiles(event.dataTransfer) && set(depth - 1),
      dragover: (event: DragEvent) => hasFiles(event.dataTransfer) && event.preventDefault(),
      drop: (event: DragEvent) => {
        set(0);
        if (event.dataTransfer === null || !hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        void filesOf(event.dataTransfer).then((files) => uploader.add(files));
      },
      paste: ({ clipboardData, target }: ClipboardEvent) => {
        const isText = (target as HTMLElement | null)?.closest('input, textarea') != null;
        if (isText || clipboardData === null || clipboardData.files.length === 0) return;
        void filesOf(clipboardData).then((files) => uploader.add(files));
      },
    };
    const entries = Object.entries(listeners) as [string, EventListener][];
    for (const [name, listener] of entries) addEventListener(name, listener);
    return () => {
      for (const [name, listener] of entries) removeEventListener(name, listener);
    };
  }, [uploader]);
  if (!over) return null;
  return (
    <div class="drop" aria-hidden="true">
      <div class="drop-inside">
        <span class="drop-icon">
          <Icon name="upload" size={40} />
        </span>
        <strong>{text.upload.drop}</strong>
        <span>{text.upload.dropLead}</span>
      </div>
    </div>
  );
}
