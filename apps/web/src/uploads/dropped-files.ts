/** Files that operating systems create in folders and that are not uploaded. */
const LEFTOVERS = /^(\.|Thumbs\.db$|desktop\.ini$)/i;

/**
 * The files of a drop or a paste, including those in folders, sorted by name.
 *
 * @param transfer - read synchronously, because browsers empty it after the event
 */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (!entries.some(({ isDirectory }) => isDirectory)) return [...transfer.files];
  const files: File[] = [];
  for (const entry of entries) await collect(entry, files);
  return files;
}

/** Whether a drag contains files, as opposed to a selected text or a link. */
export function hasFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') === true;
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (LEFTOVERS.test(entry.name)) return;
  if (isFile(entry)) {
    files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
    return;
  }
  for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) await collect(child, files);
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

/** Reads all entries. `readEntries` returns at most 100 at a time, and none at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return children.toSorted((one, other) => one.name.localeCompare(other.name));
    children.push(...some);
  }
}
