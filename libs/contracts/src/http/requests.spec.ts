import { describe, expect, it } from 'vitest';
import {
  ARCHIVE_MAX,
  CAPTION_MAX,
  EXPIRES_IN_MAX,
  EXPIRES_IN_MIN,
  IDEMPOTENCY_KEY_MAX,
  PAGE_DEFAULT,
  PAGE_MAX,
  QUERY_MAX,
  TAG_MAX,
  TAGS_MAX,
  TITLE_MAX,
} from '../limits.js';
import {
  ArchiveQuery,
  IdempotencyKey,
  ImagePatch,
  ListQuery,
  SessionRequest,
  UploadFields,
} from './requests.js';

const distinctTags = (count: number) => Array.from({ length: count }, (_, index) => `tag ${index}`);

describe('a text', () => {
  const title = (value: string) => UploadFields.parse({ title: value }).title;
  const isAccepted = (value: string) => UploadFields.safeParse({ title: value }).success;

  it('is trimmed and normalized to NFC', () => {
    expect(title(' \t Cafe\u0301 \n')).toBe('Caf\u00e9');
  });

  it('is null when it is empty after trimming', () => {
    expect(title('')).toBeNull();
    expect(title(' \n ')).toBeNull();
  });

  it.each([
    ['a NUL', 'a\0b'],
    ['a lone high surrogate', 'a\ud83d'],
    ['a lone low surrogate', '\ude00a'],
    ['surrogates in the wrong order', '\ude00\ud83d'],
  ])('must not contain %s', (_what, value) => {
    expect(isAccepted(value)).toBe(false);
    expect(ImagePatch.safeParse({ caption: value }).success).toBe(false);
    expect(ImagePatch.safeParse({ tags: [value] }).success).toBe(false);
    expect(ListQuery.safeParse({ q: `a${value}` }).success).toBe(false);
    expect(SessionRequest.safeParse({ token: value }).success).toBe(false);
  });

  it('is limited in characters, not in UTF-16 units, after trimming and normalizing', () => {
    expect(isAccepted('😀'.repeat(TITLE_MAX))).toBe(true);
    expect(isAccepted('😀'.repeat(TITLE_MAX + 1))).toBe(false);
    expect(isAccepted(` ${'e\u0301'.repeat(TITLE_MAX)} `)).toBe(true);
  });

  it('has the limit of its field, and the message states limit and length', () => {
    expect(ImagePatch.safeParse({ caption: 'x'.repeat(CAPTION_MAX) }).success).toBe(true);
    const { error } = ImagePatch.safeParse({ caption: 'x'.repeat(CAPTION_MAX + 1) });
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'caption can be up to 2,000 characters long, got 2,001',
    ]);
    expect(ListQuery.safeParse({ q: 'x'.repeat(QUERY_MAX + 1) }).success).toBe(false);
  });
});

describe('tags', () => {
  const tags = (...values: string[]) => UploadFields.parse({ tags: values }).tags;

  it('of a form are repeated or separated by commas', () => {
    expect(tags('sea, beach', 'sun')).toEqual(['sea', 'beach', 'sun']);
    expect(tags(',, ,')).toEqual([]);
  });

  it('are lower-cased and distinct, and keep their order', () => {
    expect(tags('Sun', 'SEA', 'sun ', 'sea')).toEqual(['sun', 'sea']);
  });

  it('of a JSON body keep their commas', () => {
    expect(ImagePatch.parse({ tags: ['Paris, France'] }).tags).toEqual(['paris, france']);
  });

  it('are limited in length and in number; duplicates do not count', () => {
    expect(UploadFields.safeParse({ tags: ['x'.repeat(TAG_MAX + 1)] }).success).toBe(false);
    expect(tags(...distinctTags(TAGS_MAX), 'tag 0')).toHaveLength(TAGS_MAX);
    expect(UploadFields.safeParse({ tags: distinctTags(TAGS_MAX + 1) }).success).toBe(false);
  });
});

describe('UploadFields', () => {
  it.each([
    [String(EXPIRES_IN_MIN), EXPIRES_IN_MIN],
    [String(EXPIRES_IN_MAX), EXPIRES_IN_MAX],
  ])('accepts expiresIn %s', (value, seconds) => {
    expect(UploadFields.parse({ expiresIn: value }).expiresIn).toBe(seconds);
  });

  it.each([String(EXPIRES_IN_MIN - 1), String(EXPIRES_IN_MAX + 1), '', '-60', '60.5', '1e3', ' 60', 'soon'])(
    'refuses expiresIn %j',
    (value) => {
      expect(UploadFields.safeParse({ expiresIn: value }).success).toBe(false);
    },
  );

  it('refuses an unknown field', () => {
    expect(UploadFields.safeParse({ titel: 'x' }).error?.issues[0]).toMatchObject({
      code: 'unrecognized_keys',
    });
  });
});

describe('ImagePatch', () => {
  it('leaves out absent fields', () => {
    expect(ImagePatch.parse({})).toEqual({});
    expect(ImagePatch.parse({ title: 'x' })).toEqual({ title: 'x' });
  });

  it('clears a field with null and with an empty text', () => {
    const cleared = { title: null, caption: null, tags: [], expiresIn: null };
    expect(ImagePatch.parse({ title: null, caption: null, tags: null, expiresIn: null })).toEqual(cleared);
    expect(ImagePatch.parse({ title: '', caption: ' ', tags: [], expiresIn: null })).toEqual(cleared);
  });

  it.each([EXPIRES_IN_MIN - 1, EXPIRES_IN_MAX + 1, 60.5, '60'])('refuses expiresIn %j', (expiresIn) => {
    expect(ImagePatch.safeParse({ expiresIn }).success).toBe(false);
  });

  it('accepts expiresIn at its bounds', () => {
    expect(ImagePatch.parse({ expiresIn: EXPIRES_IN_MIN })).toEqual({ expiresIn: EXPIRES_IN_MIN });
    expect(ImagePatch.parse({ expiresIn: EXPIRES_IN_MAX })).toEqual({ expiresIn: EXPIRES_IN_MAX });
  });

  it.each([[{ status: 'ready' }], [{ title: 7 }], [{ tags: 'a' }], [[]], [null], ['x']])(
    'refuses %j',
    (body) => {
      expect(ImagePatch.safeParse(body).success).toBe(false);
    },
  );
});

describe('ListQuery', () => {
  it('has a default limit', () => {
    expect(ListQuery.parse({})).toEqual({ limit: PAGE_DEFAULT });
  });

  it.each(['1', String(PAGE_MAX)])('accepts limit %s', (limit) => {
    expect(ListQuery.parse({ limit }).limit).toBe(Number(limit));
  });

  it.each(['0', String(PAGE_MAX + 1), '', '-1', '1.5', 'all', '0x10', '1'.repeat(16), ['1', '2']])(
    'refuses limit %j',
    (limit) => {
      expect(ListQuery.safeParse({ limit }).success).toBe(false);
    },
  );

  it('refuses an unknown status, an unknown parameter and a q without a word', () => {
    expect(ListQuery.parse({ status: 'failed' }).status).toBe('failed');
    expect(ListQuery.safeParse({ status: 'gone' }).success).toBe(false);
    expect(ListQuery.safeParse({ page: '2' }).success).toBe(false);
    expect(ListQuery.safeParse({ q: '?!%' }).success).toBe(false);
    expect(ListQuery.parse({ q: ' été ' }).q).toBe('été');
  });
});

describe('a repeated parameter', () => {
  const ID = '01932f6e-7a3c-7b1e-9c57-0f6f2f3c8a11';

  it('is accepted as a text or as a list', () => {
    expect(ListQuery.parse({ tag: ' Sea ' }).tag).toEqual(['sea']);
    expect(ListQuery.parse({ tag: ['Sea', 'sea', '', 'a,b'] }).tag).toEqual(['sea', 'a,b']);
    expect(ListQuery.parse({}).tag).toBeUndefined();
    expect(ArchiveQuery.parse({ id: ID }).id).toEqual([ID]);
    expect(ArchiveQuery.parse({ id: [ID, ID] }).id).toEqual([ID]);
  });

  it('is limited in number and length', () => {
    expect(ListQuery.safeParse({ tag: distinctTags(TAGS_MAX) }).success).toBe(true);
    expect(ListQuery.safeParse({ tag: distinctTags(TAGS_MAX + 1) }).success).toBe(false);
    expect(ListQuery.safeParse({ tag: ['x'.repeat(TAG_MAX + 1)] }).success).toBe(false);
    expect(ArchiveQuery.safeParse({ id: Array(ARCHIVE_MAX).fill(ID) }).success).toBe(true);
    for (const id of [undefined, [], Array(ARCHIVE_MAX + 1).fill(ID), 'x', ''])
      expect(ArchiveQuery.safeParse({ id }).success).toBe(false);
  });

  it('of an archive fits into the 8 KiB that a server accepts as one line', () => {
    const line = `GET /api/archive?${Array(ARCHIVE_MAX).fill(`id=${ID}`).join('&')} HTTP/1.1`;
    expect(line.length).toBeLessThan(8_192);
  });
});

describe('IdempotencyKey', () => {
  it.each([
    ['x', true],
    ['~!{}', true],
    ['k'.repeat(IDEMPOTENCY_KEY_MAX), true],
    ['k'.repeat(IDEMPOTENCY_KEY_MAX + 1), false],
    ['', false],
    ['a b', false],
    ['ü', false],
    ['a\n', false],
  ])('%j: %s', (key, accepted) => {
    expect(IdempotencyKey.safeParse(key).success).toBe(accepted);
  });
});
