import type pg from 'pg';

/**
 * Moves the positions of the change feed back into this server's range of transaction ids, after a dump was restored on
 * another server: positions in its future would be reported as changes forever, and a floor there would reset every
 * stream. Changes nothing otherwise.
 */
export async function rebaseChangeFeed(client: pg.ClientBase): Promise<void> {
  // The trigger of images sets the position. No running transaction can have written what this one sees.
  await client.query(`
    update images set changed_at = changed_at where changed_xid >= pg_snapshot_xmax(pg_current_snapshot());
    update deletions set deleted_xid = pg_current_xact_id()
      where deleted_xid >= pg_snapshot_xmax(pg_current_snapshot());
    update change_floor set position = pg_snapshot_xmin(pg_current_snapshot())
      where position >= pg_snapshot_xmax(pg_current_snapshot())`);
}
