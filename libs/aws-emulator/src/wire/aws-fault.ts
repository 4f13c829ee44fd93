/** An error as AWS would answer it: its code on the wire, its words, its HTTP status. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';

  /**
   * @param code - as on the wire; an SDK may name it differently (`NoSuchEntity` → `NoSuchEntityException`)
   * @param status - of HTTP
   * @param headers - in addition to the protocol's own
   */
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
