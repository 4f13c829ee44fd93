/** A valid picture to derive broken ones from. */
export interface Seed {
  name: string;
  bytes: Buffer;
}
