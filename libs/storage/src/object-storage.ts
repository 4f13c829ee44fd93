import type { Readable } from 'node:stream';

/** What storage knows of one object. */
export interface StoredObject {
  key: string;
  /** Size of the whole object, also when only a range of it was asked for. */
  bytes: number;
  modifiedAt: Date;
  /** Strong ETag in its quotes (RFC 9110): two objects with the same one have the same bytes. */
  etag: string;
}

export interface WrittenObject {
  key: string;
  bytes: number;
  /** SHA-256 of the bytes as they went by, hexadecimal. */
  sha256: string;
}

/** Bytes `start` to `end`, both included, counted from 0. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface LinkOptions {
  /** The link opens nothing from this second on. S3 takes at most 7 days from `issuedAt` and cuts what is longer. */
  expiresAt: Date;
  /** Name that a browser saves the object under; any text. */
  filename?: string;
  /** Default `inline`. */
  disposition?: 'inline' | 'attachment';
  /** Content type to answer with. A folder's link leaves it out: whoever serves it tells the type from the key. */
  contentType?: string;
  /** Issue time, rounded by the caller: the same inputs give the same link, which a browser can cache. */
  issuedAt: Date;
}

/** A link as it came in, its key and parameters percent-decoded. */
export interface LinkRequest {
  key: string;
  /** Every parameter of the query; one that stood there twice may be an array, and is refused. */
  query: Readonly<Record<string, unknown>>;
  /** Path and query as received. When given, another spelling of the same link (`%61` for `a`) is refused too. */
  url?: string;
}

/** What a valid link allows. */
export interface LinkGrant {
  disposition: 'inline' | 'attachment';
  filename?: string;
}

export interface PutOptions {
  contentType: string;
  /**
   * Ends the put with the signal's reason, and nothing stays behind. Once the last step has begun (the rename, the
   * final request to S3), the put runs to its end instead, because nobody could tell what became of it.
   */
  signal?: AbortSignal;
  /** More bytes than this end the put with `too_large`, and nothing stays behind. */
  maxBytes?: number;
}

export interface LocalFile {
  key: string;
  /** Absolute path. */
  path: string;
}

export interface GetOptions {
  /** An `end` past the object is cut to it; a `start` past it throws `invalid_request` with status 416. */
  range?: ByteRange;
  /** Destroys the body with an `AbortError`. */
  signal?: AbortSignal;
}

export interface OpenedObject {
  object: StoredObject;
  /** Has to be read to its end or destroyed. Breaks off with `unavailable` when storage does. */
  body: Readable;
  /** Absent on a folder, which stores bytes alone. */
  contentType?: string;
}

export interface ListOptions {
  /** Begins behind this key. */
  after?: string;
  /** At most this many objects; default all. */
  limit?: number;
}

/** A write that has begun and not ended; one that nobody has touched for long is of a process that died. */
export interface UnfinishedWrite {
  /** The key of the object, where storage knows it already. */
  key?: string;
  /** Storage's own name of the write. */
  id: string;
}

/**
 * Where the bytes are: a folder or an S3 bucket, alike to whoever uses it (one conformance suite holds both to it).
 *
 * Keys are ours, never a user's text: segments joined by `/`, none empty, `.` or `..`, no backslash or control
 * character, 255 bytes a segment and 1,024 in all. Another key is a programming error and throws a plain `Error`.
 * No key may be the folder of another (`a` and `a/b`): S3 would allow it, a folder cannot.
 *
 * Every call throws `unavailable` when storage cannot serve it. Deliberately not in here: copy, metadata, versions,
 * and any notion of who owns an object; the catalogue has that.
 */
export interface ObjectStorage {
  readonly kind: 'folder' | 's3';

  /**
   * Writes an object whole or not at all, over an older one of the same key; durable when it resolves. Holds no more
   * than some MiB in memory. The source is destroyed when the put fails; its own error is passed on as it is.
   */
  put(key: string, source: AsyncIterable<Uint8Array> | Readable, options: PutOptions): Promise<WrittenObject>;

  /** Opens an object for reading; null when there is none. */
  get(key: string, options?: GetOptions): Promise<OpenedObject | null>;

  /**
   * Gives an object as a local file, to be read and removed, and not to be written to: on a folder of the same file
   * system it is the object itself under a second name.
   *
   * @param path - absolute path of a file that is not there yet
   * @returns false when there is no such object, and then no file
   */
  fetchFile(key: string, path: string, options?: { signal?: AbortSignal }): Promise<boolean>;

  /**
   * Writes local files as objects, each as `put` does, but tells no hash. Files of one folder share what it costs to
   * make it durable. When one fails, others may have been written. Afterwards the files are to be removed, and not to be
   * written to: see {@link fetchFile}.
   *
   * @returns sizes in bytes, in the order of the files
   */
  putFiles(files: readonly LocalFile[], options: Omit<PutOptions, 'maxBytes'>): Promise<number[]>;

  /** Describes an object; null when there is none. */
  head(key: string): Promise<StoredObject | null>;

  /** Deletes an object; a missing one is no error. */
  delete(key: string): Promise<void>;

  /**
   * Deletes every object below a prefix and returns how many.
   *
   * @param prefix - not empty, ends with `/`
   */
  deletePrefix(prefix: string): Promise<number>;

  /**
   * Lists objects whose key begins with `prefix`, in byte order of their UTF-8 keys. Objects written or deleted
   * meanwhile may be in it or not.
   *
   * @param prefix - any beginning of a key, empty for all
   */
  list(prefix: string, options?: ListOptions): AsyncIterable<StoredObject>;

  /**
   * Writes that have not ended, which no listing shows. At most some 1,000 of them.
   *
   * @param before - begun, and on a folder last written to, before this
   */
  unfinishedWrites(before: Date): Promise<UnfinishedWrite[]>;

  /** Gives up an unfinished write and frees what it holds; one that has ended meanwhile is no error. */
  discardUnfinished(write: UnfinishedWrite): Promise<void>;

  /**
   * Makes a link that opens one object without a session until it expires; does not look whether there is one. An
   * absolute link leads to the storage itself, as on S3; any other one is a path that the api serves.
   */
  link(key: string, options: LinkOptions): Promise<string>;

  /**
   * Verifies a link that the api serves.
   *
   * @returns what the link allows; null when the storage serves its links itself
   * @throws DarkroomError `forbidden` when a byte of the link was changed, a parameter is missing or added, or it expired
   */
  verifyLink(request: LinkRequest, now: Date): LinkGrant | null;

  /**
   * Bytes that are free where objects are written: on the disk of the folder, or on that of the temporary files through
   * which they go to S3.
   */
  freeBytes(): Promise<number>;

  /** Resolves when storage can serve, throws `unavailable` when not. */
  check(): Promise<void>;

  close(): Promise<void>;
}
