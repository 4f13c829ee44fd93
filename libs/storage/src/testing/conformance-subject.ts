import type { ObjectStorage } from '../object-storage.js';

/** A storage under test, with what the port itself does not show. */
export interface ConformanceSubject {
  storage: ObjectStorage;
  /** How many unfinished writes there are: files in the incoming folder, open multipart uploads. */
  leftovers(): Promise<number>;
  /** Leaves an unfinished write, as a process does that dies in the middle of one. */
  leave(): Promise<void>;
  /** Opens a link as a browser would. */
  open(link: string): Promise<{ status: number; body: string; contentDisposition: string | null }>;
  dispose(): Promise<void>;
}

export type Current = () => ConformanceSubject;
