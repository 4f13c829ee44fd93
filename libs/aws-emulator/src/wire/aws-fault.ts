/** An error that AWS would return: code on the wire, message and HTTP status. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';

  /**
   * @param code - as on the wire; an SDK may name it differently (`NoSuchEntity` → `NoSuchEntityException`)
   * @param status - HTTP status
   * @param headers - in addition to those of the protocol
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
