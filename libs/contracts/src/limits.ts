/** Limits on texts that users enter, in characters (Unicode code points). */
export const TITLE_MAX = 200;
export const CAPTION_MAX = 2_000;
export const TAG_MAX = 50;
export const TAGS_MAX = 20;
/** Bytes of UTF-8 that a stored file name is cut to: the limit of common file systems. */
export const FILENAME_MAX_BYTES = 255;
export const QUERY_MAX = 200;
export const PAGE_MAX = 200;
export const PAGE_DEFAULT = 50;
/** Seconds. */
export const EXPIRES_IN_MIN = 60;
/** Seconds: ten years of 365 days. */
export const EXPIRES_IN_MAX = 10 * 365 * 24 * 3600;
export const IDEMPOTENCY_KEY_MAX = 255;
/** Pictures per archive: their ids fit into the 8 KiB that servers accept as a request line. */
export const ARCHIVE_MAX = 200;
