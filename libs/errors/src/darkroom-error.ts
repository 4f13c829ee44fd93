/** What is wrong with one field of a request or of the settings. */
export interface FieldFault {
  /** Name of the form field, query parameter or header; absent for JSON. */
  field?: string;
  /** JSON Pointer (RFC 6901) into a JSON body; absent for forms and queries. */
  pointer?: string;
  message: string;
}

export interface DarkroomErrorOptions {
  /** Machine-readable code; each code of the platform is listed in `docs/errors.md`. */
  code: string;
  /** HTTP status that this error answers with when it reaches a client. */
  status: number;
  /** One plain sentence, safe to show to anyone: no path, SQL, secret or stack. */
  message: string;
  /** The underlying error, for the log only. */
  cause?: unknown;
  /** Invalid fields of the request. */
  errors?: FieldFault[];
  /** Response headers, e.g. `retry-after` (seconds). */
  headers?: Record<string, string>;
}

/**
 * The one error type of Darkroom. Code that catches it decides by `code`, never by message text.
 *
 * An error that is not a `DarkroomError` is a bug: the api answers 500 `internal`, and its text stays in the log.
 */
export class DarkroomError extends Error {
  override readonly name = 'DarkroomError';
  readonly code: string;
  readonly status: number;
  readonly errors: FieldFault[] | undefined;
  readonly headers: Record<string, string>;

  constructor(options: DarkroomErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.status = options.status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

/** Whether `error` is a Darkroom error, with the given code if one is given. */
export function isDarkroomError(error: unknown, code?: string): error is DarkroomError {
  return error instanceof DarkroomError && (code === undefined || error.code === code);
}
