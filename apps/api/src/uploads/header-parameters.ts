/** A header with parameters, such as `form-data; name="file"`. */
export interface HeaderParameters {
  /** The text before the parameters, in lower case. */
  readonly value: string;
  /** By name in lower case; of two with the same name, the first. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A name, `=`, and a quoted text (whose end may be missing) or a token. */
const PARAMETER = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:\\[^]|[^"\\])*)"?|([^;]*))/y;

/**
 * Parses a header with parameters (RFC 9110 section 5.6.6), as lenient as browsers and curl are when they write one: in a
 * quoted text, a backslash escapes only a quote or a backslash. Browsers write a backslash of a file name as it is.
 *
 * @param header - its characters stand for bytes (latin1), and so do those of the result
 */
export function parseParameters(header: string): HeaderParameters {
  const end = header.indexOf(';');
  const value = (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  for (let at = end; at !== -1 && at < header.length;) {
    PARAMETER.lastIndex = at;
    const [, name, quoted, token = ''] = PARAMETER.exec(header) ?? [];
    // Whatever is neither is skipped, up to the next semicolon.
    if (name === undefined) {
      at = header.indexOf(';', at + 1);
      continue;
    }
    const text = quoted === undefined ? token.trim() : quoted.replaceAll(/\\(["\\])/g, '$1');
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, text);
    at = header.indexOf(';', PARAMETER.lastIndex);
  }
  return { value, parameters };
}
