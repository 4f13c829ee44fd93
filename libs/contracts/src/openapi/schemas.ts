import { z } from 'zod';
import {
  DeletedEvent,
  HealthAnswer,
  ImagePage,
  LimitsAnswer,
  Problem,
  ReadyAnswer,
  SessionAnswer,
  TagList,
  UploadAnswer,
} from '../http/answers.js';
import { OperationsAnswer } from '../http/operations.js';
import { ImagePatch, SessionRequest, UploadFields } from '../http/requests.js';
import { Image } from '../image.js';
import type { JsonSchema } from './document.js';

/** The whole form of `POST /api/images`: the fields that zod reads, and the files, which are read as a stream. */
const uploadForm = (maxFiles: number) =>
  UploadFields.extend({
    file: z
      .array(z.string().meta({ input: { type: 'string', format: 'binary' } }))
      .min(1)
      .max(maxFiles)
      .meta({
        description: 'One part per picture. Its type is detected from its content, not from its name.',
      }),
  }).meta({ id: 'UploadForm' });

const answers = z.object({
  Image,
  ImagePage,
  UploadAnswer,
  TagList,
  LimitsAnswer,
  OperationsAnswer,
  SessionAnswer,
  HealthAnswer,
  ReadyAnswer,
  Problem,
  DeletedEvent,
});

const COMPONENTS = '#/components/schemas/';

/** A reference to a named schema of the document. */
export const schemaRef = (id: string): { $ref: string } => ({ $ref: `${COMPONENTS}${id}` });

/** Replaces zod's schema with `input` of the metadata (http/requests.ts explains why). */
function preferInput(jsonSchema: Record<string, unknown>): void {
  const { input } = jsonSchema;
  if (typeof input !== 'object' || input === null) return;
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  Object.assign(jsonSchema, input);
}

/** Turns references to `$defs`, which zod makes, into references to the components of the document. */
function toComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toComponents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === '$ref' && typeof inner === 'string'
        ? [key, inner.replace('#/$defs/', COMPONENTS)]
        : [key, toComponents(inner)],
    ),
  );
}

/** Converts one schema; `named` holds the schemas with an id, by that id. */
function convert(
  schema: z.ZodType,
  io: 'input' | 'output',
): { own: JsonSchema; named: Record<string, JsonSchema> } {
  const converted = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => preferInput(jsonSchema),
  });
  const { $schema: _, $defs = {}, ...own } = toComponents(converted) as Record<string, unknown>;
  return { own, named: $defs as Record<string, JsonSchema> };
}

/**
 * Every schema that the document names, by its id.
 *
 * @param maxFiles - files per upload
 */
export function componentSchemas(maxFiles: number): Record<string, JsonSchema> {
  const requests = z.object({ UploadForm: uploadForm(maxFiles), ImagePatch, SessionRequest });
  return { ...convert(requests, 'input').named, ...convert(answers, 'output').named };
}

/** What a client may send for one value, such as a parameter. */
export function inputSchema(schema: z.ZodType): JsonSchema {
  return convert(schema, 'input').own;
}
