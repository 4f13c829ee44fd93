import type { Readable } from 'node:stream';

/** What storage knows about one object. */
export interface StoredObject {
  key: string;
  /** Size of the whole object, even for a range. */
  bytes: number;
  modifiedAt: Date;
  /** Strong ETag in its quotes (RFC 9110): two objects with the same one have the same bytes. */
  etag: string;
}

export interface WrittenObject {
  key: string;
  bytes: number;
  /** SHA-256 of the bytes, hexadecimal. */
  sha256: string;
}

/** Bytes `start` to `end`, inclusive, counted from 0. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface LinkOptions {
  /** From this second the link no longer works. S3 allows at most 7 days from `issuedAt` and shortens a longer time. */
  expiresAt: Date;
  /** The name under which a browser saves the object; any text. */
  filename?: string;
  /** Default: `inline`. */
  disposition?: 'inline' | 'attachment';
  /** Content type of the response. A folder's link omits it: the api derives the type from the key. */
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
   * Aborts the put with the signal's reason and leaves nothing behind. Once the last step has begun (the rename, the
   * final request to S3), the put completes instead, because its outcome could not be known.
   */
  signal?: AbortSignal;
  /** The put fails with `too_large` above this many bytes and leaves nothing behind. */
  maxBytes?: number;
}

export interface LocalFile {
  key: string;
  /** Absolute path. */
  path: string;
}

export interface GetOptions {
  /** An `end` past the object is cut to its size; a `start` past it throws `invalid_request` with status 416. */
  range?: ByteRange;
  /** Destroys the body with an `AbortError`. */
  signal?: AbortSignal;
}

export interface OpenedObject {
  object: StoredObject;
  /** Read it to its end or destroy it. Fails with `unavailable` when storage fails. */
  body: Readable;
  /** Absent on a folder, which stores only bytes. */
  contentType?: string;
}

export interface ListOptions {
  /** Start after this key. */
  after?: string;
  /** At most this many objects. Default: all. */
  limit?: number;
}

/** A write that has begun and not ended. After a long time without progress its process has died. */
export interface UnfinishedWrite {
  /** The object's key, if storage already knows it. */
  key?: string;
  /** Storage's own id of the write. */
  id: string;
}

/**
 * Where the bytes are: a folder or an S3 bucket. Both behave alike; one conformance suite checks both.
 *
 * The platform makes the keys; they are never a user's text. A key has segments joined by `/`: none empty, `.` or `..`,
 * no backslash or control character, at most 255 bytes a segment and 1,024 bytes in total. Any other key is a
 * programming error and throws a plain `Error`. A key must not be the folder of another (`a` and `a/b`): S3 allows
 * that, a folder cannot.
 *
 * Every call throws `unavailable` when storage cannot serve it. Deliberately not part of the port: copy, metadata,
 * versions, and who owns an object, which the catalogue knows.
 */
export interface ObjectStorage {
  readonly kind: 'folder' | 's3';

  /**
   * Writes an object atomically and replaces an older one of the same key; durable when it resolves. Holds only a few
   * MiB in memory. Destroys the source when the put fails, and rethrows the source's own error unchanged. A chunk is not
   * read any more once the next one is asked for, so that the source can use its memory again.
   */
  put(key: string, source: AsyncIterable<Uint8Array> | Readable, options: PutOptions): Promise<WrittenObject>;

  /** Opens an object for reading; null when it does not exist. */
  get(key: string, options?: GetOptions): Promise<OpenedObject | null>;

  /**
   * Provides an object as a local file. Read and remove it, but do not write to it: on a folder of the same file system
   * it is the object itself under a second name.
   *
   * @param path - absolute path of a file that does not exist yet
   * @returns false when the object does not exist; then there is no file either
   */
  fetchFile(key: string, path: string, options?: { signal?: AbortSignal }): Promise<boolean>;

  /**
   * Writes local files as objects, each like `put`, but without a hash. Files of one folder share the cost of making it
   * durable. When one fails, others may have been written. The files may be gone afterwards: where it is possible, they
   * are moved. Remove the others, and do not write to them.
   *
   * @returns sizes in bytes, in the order of the files
   */
  putFiles(files: readonly LocalFile[], options: Omit<PutOptions, 'maxBytes'>): Promise<number[]>;

  /** Describes an object; null when it does not exist. */
  head(key: string): Promise<StoredObject | null>;

  /** Deletes an object; a missing one is not an error. */
  delete(key: string): Promise<void>;

  /**
   * Deletes every object below a prefix and returns how many.
   *
   * @param prefix - not empty, ends with `/`
   */
  deletePrefix(prefix: string): Promise<number>;

  /**
   * Lists objects whose key begins with `prefix`, in byte order of their UTF-8 keys. Objects that are written or deleted
   * meanwhile may or may not be included.
   *
   * @param prefix - any beginning of a key; empty for all
   */
  list(prefix: string, options?: ListOptions): AsyncIterable<StoredObject>;

  /**
   * Lists unfinished writes, which no listing shows. At most about 1,000 of them.
   *
   * @param before - only those that began (on a folder: were last written to) before this time
   */
  unfinishedWrites(before: Date): Promise<UnfinishedWrite[]>;

  /** Aborts an unfinished write and frees its space; one that has ended meanwhile is not an error. */
  discardUnfinished(write: UnfinishedWrite): Promise<void>;

  /**
   * Creates a link that opens one object without a session until it expires. Does not check that the object exists. An
   * absolute link points to the storage itself, as on S3; any other link is a path that the api serves.
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
   * Free bytes where objects are written: on the disk of the folder, or, for S3, on the disk of the temporary files that
   * uploads pass through.
   */
  freeBytes(): Promise<number>;

  /** Resolves when storage can serve, throws `unavailable` when not. */
  check(): Promise<void>;

  close(): Promise<void>;
}
