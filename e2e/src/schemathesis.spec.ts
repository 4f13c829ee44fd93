import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drawJpeg, reportNotRun } from '@darkroom/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSchemathesis, runSchemathesis } from './testing/schemathesis.js';
import { type StackOptions, useStack } from './testing/stack.js';

/**
 * Left out, each for a reason:
 * - `ignored_auth` tries wrong tokens, after which the api slows this address down and refuses the right one too;
 *   that every route refuses is tested in apps/api.
 * - `missing_required_header`: no call of Darkroom requires one.
 * - `ensure_resource_availability`: a repeated Idempotency-Key gives the first answer again, whatever became of its
 *   pictures since.
 * - `object_level_authorization` takes two callers, and a Darkroom knows one.
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

/** Streams without an end: a client that waits for the whole answer never gets it. Their tests read them as they come. */
const STREAMS = ['followImages', 'followImage'];

/**
 * What JSON Schema cannot say of an upload:
 * - A form carries texts alone: the "wrong type" `{}` for a tag is the good tag "{}".
 * - Whether bytes are a picture is told by reading them: 415 is a right answer to a file that is none.
 * - An Idempotency-Key that came before with another body is a conflict.
 */
const UPLOADS = `
[[operations]]
include-operation-id = "uploadImages"
checks.negative_data_rejection.expected-statuses = ["202", "4xx"]
checks.positive_data_acceptance.expected-statuses = ["2xx", "409", "415"]
`;

/** More ids than an archive takes may make a line that no server takes: 431, before anybody looks at it. */
const ARCHIVES = `
[[operations]]
include-operation-id = "downloadArchive"
checks.negative_data_rejection.expected-statuses = ["4xx"]
`;

/** Leads elsewhere, which the check does not take for an acceptance by itself. */
const DOWNLOADS = `
[[operations]]
include-operation-id = "downloadImage"
checks.positive_data_acceptance.expected-statuses = ["302", "404"]
`;

/** In open mode signing in asks nothing, whatever is sent: 204. */
const OPEN_SESSIONS = `
[[operations]]
include-operation-id = "signIn"
checks.negative_data_rejection.expected-statuses = ["204", "4xx"]
`;

const TOKEN = 'a-token-that-nobody-guesses';
/** Milliseconds; on a quiet machine it takes a quarter of them. */
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
    configuration: UPLOADS + ARCHIVES + DOWNLOADS + OPEN_SESSIONS,
  },
  {
    mode: 'token',
    seed: 2,
    options: { settings: { DARKROOM_ACCESS: 'token', DARKROOM_TOKEN: TOKEN } },
    headers: ['--header', `Authorization:Bearer ${TOKEN}`],
    configuration: UPLOADS + ARCHIVES + DOWNLOADS,
  },
];

for (const { mode, seed, options, headers, configuration } of modes) {
  describe(`the api's own document, ${mode} mode`, () => {
    const stack = useStack(options);

    it(
      'schemathesis finds nothing that the document does not allow',
      { timeout: LIMIT },
      async ({ skip }) => {
        if (command === undefined) {
          skip('there is no schemathesis here');
          return;
        }
        const { client } = stack();
        const file = path.join(folder, `${mode}.toml`);
        await writeFile(file, configuration);
        // Something to find: pages and searches that are always empty prove less.
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
            // Others in each mode.
            '--max-examples=40',
            `--seed=${seed}`,
            '--workers=1',
            '--request-timeout=20',
          ],
          folder,
          LIMIT,
        );
        if (!passed) throw new Error(report);
        expect(report).toMatch(/Tested:\s+19/);
      },
    );
  });
}
