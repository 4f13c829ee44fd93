import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { buildOpenApi } from '@darkroom/contracts';
import { createCleanEnvironment, services } from '@darkroom/testing';
import { Context, parseOpenApiSpec } from '@hey-api/shared';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const REDOCLY = fileURLToPath(new URL('../../../../node_modules/@redocly/cli/bin/cli.js', import.meta.url));
const RULES = fileURLToPath(new URL('redocly.yaml', import.meta.url));
/** Milliseconds: the programs start slowly on a busy machine. */
const LIMIT = 120_000;

const document = buildOpenApi({ version: '1.2.3' });
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-openapi-'));
  file = path.join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(document, null, 2));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the OpenAPI document is read without a complaint by', { timeout: LIMIT }, () => {
  it('the linter of Redocly', async () => {
    const environment = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const { stdout } = await run(
      process.execPath,
      [REDOCLY, 'lint', file, `--config=${RULES}`, '--format=json'],
      {
        cwd: folder,
        env: { ...createCleanEnvironment(), ...environment },
      },
    );
    const { totals, problems } = JSON.parse(stdout) as { totals: object; problems: unknown[] };
    expect(problems).toEqual([]);
    expect(totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
  });

  // The generator itself needs a TypeScript with a compiler API, which version 7 does not have.
  it('the parser of the client generator openapi-ts', () => {
    const { ir } = parseWithOpenApiTs(structuredClone(document));
    const calls = Object.values((ir.paths ?? {}) as Record<string, object>).flatMap((item) =>
      Object.keys(item),
    );
    expect(calls).toHaveLength(Object.values(document.paths).flatMap((item) => Object.keys(item)).length);
    expect(Object.keys(ir.components?.schemas ?? {}).toSorted()).toEqual(
      Object.keys(document.components.schemas).toSorted(),
    );
  });

  it.skipIf(!services().python)('openapi-spec-validator of Python', async () => {
    const command = services().python?.command ?? '';
    const { stdout } = await run(command, ['-m', 'openapi_spec_validator', file], {
      env: createCleanEnvironment(),
    });
    expect(stdout).toMatch(/: OK$/m);
  });
});

type ContextParts = ConstructorParameters<typeof Context>[0];

/** Parses with the options that openapi-ts has by default. @throws Error when its own validation finds a fault */
function parseWithOpenApiTs(spec: object): Context {
  const disabled = { enabled: false };
  const parser = {
    validate_EXPERIMENTAL: true,
    hooks: {},
    pagination: { keywords: [] },
    transforms: { enums: disabled, propertiesRequiredByDefault: disabled, readWrite: disabled },
  };
  const logger = { timeEvent: () => ({ timeEnd: () => undefined }) };
  const parts = { config: { parser, plugins: {}, input: [] }, dependencies: {}, logger, spec };
  return parseOpenApiSpec(new Context(parts as unknown as ContextParts));
}
