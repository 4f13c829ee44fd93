/** One step of the schema, forward only. A step that has landed is never edited: a later step corrects it. */
export interface Migration {
  /** Position in the order, from 1 without a gap. */
  id: number;
  name: string;
  /** Runs in one transaction. */
  sql: string;
}
