import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drawJpeg, reportNotRun } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSchemathesis, runSchemathesis } from './testing/schemathesis.js';
import { type StackOptions, useStack } from './testing/stack.js';

/**
 * Checks left out, with the reason:
 * - `ignored_auth` tries wrong tokens. The api then throttles this address and refuses the correct token too. Tests in
 *   apps/api check that every route refuses wrong tokens.
 * - `missing_required_header`: no call of Darkroom requires a header.
 * - `ensure_resource_availability`: a repeated Idempotency-Key returns the first answer again, even if its pictures have
 *   been deleted since.
 * - `object_level_authorization` needs two callers; Darkroom has one.
 */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
  'negative_data_rejection',
  'positive_data_acceptance',
  'unsupported_method',
  'allow_header_conformance',
  'use_after_free',
];

/** Endless streams: schemathesis would wait forever for the whole answer. Other tests read them. */
const STREAMS = ['followImages', 'followImage'];

/**
 * Rules of an upload that JSON Schema cannot express:
 * - A form has only text fields: the "wrong type" `{}` for a tag is the valid tag "{}".
 * - Only the bytes show whether a file is a picture: 415 is a correct answer to any other file.
 * - An Idempotency-Key that was used with another body is a conflict.
 */
const UPLOADS = `
[[operations]]
include-operation-id = "uploadImages"
checks.negative_data_rejection.expected-statuses = ["202", "4xx"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "409", "415"]
`;

/** Too many ids can exceed the server's limit for headers: it answers 431 before it validates the ids. */
const ARCHIVES = `
[[operations]]
include-operation-id = "downloadArchive"
checks.negative_data_rejection.expected-statuses = ["4xx"]
`;

/** The document cannot say which characters outside ASCII are letters: a search for symbols alone is refused. */
const SEARCHES = `
[[operations]]
include-operation-id = "listImages"
checks.positive_data_acceptance.expected-statuses = ["2xx", "422"]
`;

/** A download redirects. By default, the check does not count a redirect as acceptance. */
const DOWNLOADS = `
[[operations]]
include-operation-id = "downloadImage"
checks.positive_data_acceptance.expected-statuses = ["302", "404"]
`;

/** In open mode, signing in accepts any body and answers 204. */
const OPEN_SESSIONS = `
[[operations]]
include-operation-id = "signIn"
checks.negative_data_rejection.expected-statuses = ["204", "4xx"]
`;

const TOKEN = 'a-token-that-is-hard-to-guess';
/** Milliseconds: four times the duration on an idle machine. */
const LIMIT = 240_000;

let command: string | undefined;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-schemathesis-'));
  try {
    command = await findSchemathesis();
  } catch (error) {
    await reportNotRun('schemathesis', error instanceof Error ? error.message : String(error));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const modes: {
  mode: string;
  seed: number;
  options: StackOptions;
  headers: string[];
  configuration: string;
}[] = [
  {
    mode: 'open',
    seed: 1,
    options: {},
    headers: [],
    configuration: UPLOADS + ARCHIVES + SEARCHES + DOWNLOADS + OPEN_SESSIONS,
  },
  {
    mode: 'token',
    seed: 2,
    options: { settings: { DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: TOKEN } },
    headers: ['--header', `Authorization:Bearer ${TOKEN}`],
    configuration: UPLOADS + ARCHIVES + SEARCHES + DOWNLOADS,
  },
];

for (const { mode, seed, options, headers, configuration } of modes) {
  describe(`the api's OpenAPI document, ${mode} mode`, () => {
    const stack = useStack(options);

    it(
      'schemathesis finds nothing that the document does not allow',
      { timeout: LIMIT },
      async ({ skip }) => {
        if (command === undefined) {
          skip('schemathesis is not available');
          return;
        }
        const { client } = stack();
        const file = path.join(folder, `${mode}.toml`);
        await writeFile(file, configuration);
        // Upload a picture first: empty pages and searches would prove less.
        await client.upload(await drawJpeg({ width: 64, height: 48 }), 'first.jpg');
        const { passed, report } = await runSchemathesis(
          command,
          [
            '--config-file',
            file,
            'run',
            `${client.base}/api/openapi.json`,
            ...headers,
            `--checks=${CHECKS.join(',')}`,
            ...STREAMS.map((id) => `--exclude-operation-id=${id}`),
            '--warnings=off',
            // Each mode uses a different seed.
            '--max-examples=40',
            `--seed=${seed}`,
            '--workers=1',
            '--request-timeout=20',
          ],
          folder,
          LIMIT,
        );
        if (!passed) throw new Error(report);
        expect(report).toMatch(/Tested:\s+20/);
      },
    );
  });
}
