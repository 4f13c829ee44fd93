/** One step of the schema, forwards only. A step that has landed is never edited: a later one mends it. */
export interface Migration {
  /** Position in the order, 1 upwards without a gap. */
  id: number;
  name: string;
  /** Runs in one transaction. */
  sql: string;
}
