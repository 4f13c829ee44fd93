import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';

/**
 * Returns a random secret. It is created once and kept in a file that only its owner can read.
 *
 * @returns 64 hexadecimal digits (32 random bytes)
 */
export async function loadOrCreateSecret(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept.trim() !== '') {
    await chmod(file, 0o600);
    return kept.trim();
  }
  const secret = randomBytes(32).toString('hex');
  // Written as a whole or not at all: half a password would lock the database's owner out.
  await writeFile(`${file}.new`, `${secret}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return secret;
}
