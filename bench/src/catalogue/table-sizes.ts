import { queryDatabase } from '@darkroom/testing';

export interface TableSize {
  name: string;
  bytes: number;
}

/** Sizes of the large tables and their indexes, the largest first. */
export async function tableSizes(url: string): Promise<TableSize[]> {
  return (await queryDatabase(
    url,
    `select relname as name, pg_relation_size(oid)::float8 as bytes from pg_class
     where relkind in ('r', 'i') and relnamespace = 'public'::regnamespace and pg_relation_size(oid) > 1e6
     order by 2 desc`,
  )) as TableSize[];
}

export interface VacuumState {
  table: string;
  rows: number;
  deadRows: number;
  /** Runs of autovacuum since the server started. */
  runs: number;
  /** Transactions since the oldest row that is not frozen. */
  age: number;
}

/** How far autovacuum is behind. */
export async function vacuumState(url: string): Promise<VacuumState[]> {
  return (await queryDatabase(
    url,
    `select s.relname as table, n_live_tup::float8 as rows, n_dead_tup::float8 as "deadRows",
            autovacuum_count::float8 as runs, age(c.relfrozenxid)::float8 as age
     from pg_stat_user_tables s join pg_class c on c.oid = s.relid
     where s.relname in ('images', 'image_words', 'variants', 'pending_formats', 'deletions', 'owner_changes', 'tag_totals') order by 1`,
  )) as VacuumState[];
}
