import { ImageId } from '@darkroom/contracts';
import { doorError, type FieldFault } from '@darkroom/errors';
import type { z } from 'zod';

/** The part of a request that a value comes from. It decides how errors name the place. */
export type Place = 'json' | 'form' | 'query';

/**
 * Parses a part of a request.
 *
 * @throws DarkroomError `invalid_request` with one entry per fault
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  place: Place,
): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap((issue) => faults(issue, place)));
}

/** @throws DarkroomError `invalid_request` */
export function validateId(id: string): string {
  const result = ImageId.safeParse(id);
  if (result.success) return result.data;
  throw invalid([{ field: 'id', message: result.error.issues[0]?.message ?? 'not an id' }]);
}

export function invalid(errors: FieldFault[]): Error {
  const first = errors[0];
  return doorError(
    'invalid_request',
    first ? `The request is not valid: ${first.message}.` : 'The request is not valid.',
    {
      errors,
    },
  );
}

function faults(issue: z.core.$ZodIssue, place: Place): FieldFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      named([...issue.path, key], place, `unknown field ${JSON.stringify(key)}`),
    );
  }
  return [named(issue.path, place, issue.message)];
}

function named(path: readonly PropertyKey[], place: Place, message: string): FieldFault {
  if (place !== 'json') return { field: String(path[0] ?? ''), message };
  // RFC 6901 escapes "~" and "/" in a name.
  return {
    pointer: path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    message,
  };
}
