import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.js';
import type { FormField } from './multipart-form.js';
import type { ReceivedFile } from './upload-files.js';

function createFile(parts: Partial<Extract<ReceivedFile, { kind: 'stored' }>> = {}): ReceivedFile {
  return {
    kind: 'stored',
    id: 'an id',
    createdAt: new Date(),
    filename: 'a.jpg',
    contentType: 'image/jpeg',
    bytes: 10,
    sha256: 'aa',
    ...parts,
  };
}

function createRefused(sha256: string): ReceivedFile {
  const code = 'unsupported_media_type' as const;
  return { kind: 'rejected', filename: 'b', code, message: '', status: 415, bytes: 3, sha256 };
}

const FIELDS: FormField[] = [
  { name: 'title', value: 'T' },
  { name: 'tags', value: 'a,b' },
];

describe('fingerprintOf', () => {
  const first = fingerprintOf(FIELDS, [createFile(), createRefused('cc')]);

  it('is equal for equal parts, independent of their ids and times', () => {
    const again = [createFile({ id: 'another', createdAt: new Date(0) }), createRefused('cc')];
    expect(fingerprintOf(structuredClone(FIELDS), again)).toBe(first);
  });

  it.each<[string, FormField[], ReceivedFile[]]>([
    ['a value', [{ name: 'title', value: 'U' }, ...FIELDS.slice(1)], [createFile(), createRefused('cc')]],
    ['a name', [{ name: 'caption', value: 'T' }, ...FIELDS.slice(1)], [createFile(), createRefused('cc')]],
    ['the order of fields', FIELDS.toReversed(), [createFile(), createRefused('cc')]],
    ['the bytes', FIELDS, [createFile({ sha256: 'ab' }), createRefused('cc')]],
    ['the bytes of a refused file', FIELDS, [createFile(), createRefused('cd')]],
    ['a file name', FIELDS, [createFile({ filename: 'b.jpg' }), createRefused('cc')]],
    ['the order of files', FIELDS, [createRefused('cc'), createFile()]],
    ['one file fewer', FIELDS, [createFile()]],
    ['joined values', [{ name: 'title', value: 'Ttagsa,b' }], [createFile(), createRefused('cc')]],
  ])('changes with %s', (_, fields, files) => {
    expect(fingerprintOf(fields, files)).not.toBe(first);
  });
});
