import { Catalogue } from '@darkroom/catalogue';
import { connectDatabase, type DatabaseConnection } from '@darkroom/testing';
import { SCHEMA_BEFORE } from './schema-before.js';
import { DRAW_UPLOADS, FUNCTIONS, INSERT_IMAGES, INSERT_VARIANTS, PER_UPLOAD } from './vocabulary.js';

/** Uploads in a transaction. */
const BATCH = 25_000;
/** Minutes between the last picture and now, so that all are at rest and arrivals are newer. */
const REST_MINUTES = 10;

interface Definition {
  name: string;
  drop: string;
  create: string;
}

/**
 * Fills an empty database with a catalogue of pictures at rest, in the schema of the version before. Indexes and constraints of the large tables are created
 * afterwards, which is several times as fast.
 *
 * @param rows - number of pictures
 */
export async function fillCatalogue(
  url: string,
  rows: number,
  onProgress: (text: string) => void,
): Promise<void> {
  const catalogue = new Catalogue({ url });
  await catalogue.migrate();
  await catalogue.close();
  const connections = await Promise.all([connectDatabase(url), connectDatabase(url)]);
  try {
    const [first] = connections;
    await first.query(SCHEMA_BEFORE);
    await first.query(FUNCTIONS);
    const removed = await removeDefinitions(first);
    for (const connection of connections) {
      // No trigger and no foreign key runs; a batch is one transaction of the change feed.
      await connection.query(`set session_replication_role = replica`);
      await connection.query(`set maintenance_work_mem = '1GB'`);
    }
    await insert(connections, rows, onProgress);
    for (const { name, create } of removed) {
      onProgress(`${rows.toLocaleString('en')} rows: ${name}`);
      await first.query(create);
    }
    onProgress(`${rows.toLocaleString('en')} rows: vacuum`);
    await first.query('drop schema bench cascade');
    await first.query('vacuum (analyze, freeze) images, variants');
    await first.query('checkpoint');
  } finally {
    for (const connection of connections) await connection.close();
  }
}

/** Pictures on one connection, variants on the other. */
async function insert(
  [images, variants]: [DatabaseConnection, DatabaseConnection],
  rows: number,
  onProgress: (text: string) => void,
): Promise<void> {
  const until = Date.now() - REST_MINUTES * 60_000;
  const uploads = rows / PER_UPLOAD;
  await images.query(DRAW_UPLOADS, [uploads]);
  await images.query('create index on bench.uploads (n)');
  await images.query('analyze bench.uploads');
  const each = async (connection: DatabaseConnection, statement: string, what: string): Promise<void> => {
    for (let from = 0; from < uploads; from += BATCH) {
      await connection.query(statement, [from, from + BATCH - 1, rows, until]);
      onProgress(
        `${what} of ${Math.min(rows, (from + BATCH) * PER_UPLOAD).toLocaleString('en')} pictures inserted`,
      );
    }
  };
  await Promise.all([each(images, INSERT_IMAGES, 'rows'), each(variants, INSERT_VARIANTS, 'variants')]);
}

/** Removes the indexes and keys of images and variants. @returns statements that create them again, keys first */
async function removeDefinitions(connection: DatabaseConnection): Promise<Definition[]> {
  const keys = await connection.query<Definition>(
    `select conname as name, format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
            format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as create
     from pg_constraint where conrelid = 'variants'::regclass and contype = 'p'`,
  );
  const indexes = await connection.query<Definition>(
    `select i.indexrelid::regclass::text as name, format('drop index %s', i.indexrelid::regclass) as drop,
            pg_get_indexdef(i.indexrelid) as create
     from pg_index i where i.indrelid in ('images'::regclass, 'variants'::regclass) and not i.indisprimary`,
  );
  const all = [...keys, ...indexes];
  for (const { drop } of all) await connection.query(drop);
  return all;
}
