import type { ObjectStorage } from '../object-storage.js';

/** A storage under test, with details that the port does not expose. */
export interface ConformanceSubject {
  storage: ObjectStorage;
  /** The number of unfinished writes: files in the incoming folder, open multipart uploads. */
  leftovers(): Promise<number>;
  /** Leaves an unfinished write, as a process that dies during one. */
  leave(): Promise<void>;
  /** Opens a link as a browser would. */
  open(link: string): Promise<{ status: number; body: string; contentDisposition: string | null }>;
  dispose(): Promise<void>;
}

export type Current = () => ConformanceSubject;
