import type { Page } from 'playwright-core';

export interface BrowserUploads {
  /** Answers of the api to uploads, by status and code: `202`, `429 too_much_waiting`. */
  readonly answers: Readonly<Record<string, number>>;
}

/**
 * Uploads files by the open gallery, and waits until it reports that all of them are uploaded.
 *
 * @param files - paths of files
 * @param limit - milliseconds
 * @throws Error if an upload was answered with a 5xx
 */
export async function uploadInBrowser(
  page: Page,
  files: readonly string[],
  limit: number,
): Promise<BrowserUploads> {
  const answers: Record<string, number> = {};
  const reading: Promise<void>[] = [];
  const failed = Promise.withResolvers<never>();
  page.on('response', (response) => {
    const request = response.request();
    if (request.method() !== 'POST' || new URL(response.url()).pathname !== '/api/images') return;
    if (response.status() >= 500) {
      failed.reject(new Error(`An upload was answered with ${response.status()}.`));
      return;
    }
    reading.push(
      (async () => {
        const { code } = response.ok() ? {} : ((await response.json()) as { code?: string });
        const answer = [response.status(), code].filter(Boolean).join(' ');
        answers[answer] = (answers[answer] ?? 0) + 1;
      })(),
    );
  });
  await page
    .getByLabel('Pictures to upload')
    .first()
    .setInputFiles([...files], { timeout: limit });
  const uploaded = page.getByText(`${files.length.toLocaleString('en')} files uploaded`).first();
  await Promise.race([uploaded.waitFor({ timeout: limit }), failed.promise]);
  await Promise.all(reading);
  return { answers };
}
