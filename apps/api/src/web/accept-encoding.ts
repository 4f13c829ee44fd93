/** Content codings in which the page's files may lie there, the one that saves most first. */
export const codings = ['br', 'gzip', 'identity'] as const;
export type Coding = (typeof codings)[number];

/**
 * Chooses what to send (RFC 9110 section 12.5.3): of what the client takes, the coding that saves most. A client's own
 * preference among them is left out of account: it says `gzip;q=1, br;q=1`, or nothing by it.
 *
 * @param header - `Accept-Encoding` of the request
 * @param offered - what there is; `identity` always is
 */
export function chooseCoding(header: string | undefined, offered: ReadonlySet<Coding>): Coding {
  const taken = new Map(
    (header ?? '').split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
      const weight = parameters.find((text) => text.startsWith('q='))?.slice(2);
      return [name, weight === undefined || Number(weight) > 0];
    }),
  );
  return codings.find((coding) => offered.has(coding) && (taken.get(coding) ?? taken.get('*'))) ?? 'identity';
}
