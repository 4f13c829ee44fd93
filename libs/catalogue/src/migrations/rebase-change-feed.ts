import type pg from 'pg';

/**
 * Brings the positions of the change feed back into this server's count of transactions, after a dump was restored
 * on another one: positions that lie in its future would be changes for ever, and a floor there a reset for ever.
 * Changes nothing otherwise.
 */
export async function rebaseChangeFeed(client: pg.ClientBase): Promise<void> {
  // The trigger of images sets the position. No running transaction can have made what this one sees.
  await client.query(`
    update images set changed_at = changed_at where changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
    update deletions set deleted_xid = pg_current_xact_id()
      where deleted_xid >= pg_snapshot_xmax(pg_current_snapshot());
    update change_floor set position = pg_snapshot_xmin(pg_current_snapshot())
      where position >= pg_snapshot_xmax(pg_current_snapshot())`);
}
