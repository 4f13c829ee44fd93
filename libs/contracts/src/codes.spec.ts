import { DOOR_STATUS, PICTURE_FAULTS } from '@darkroom/errors';
import { describe, expect, it } from 'vitest';
import { doorCodes } from './http/answers.js';
import { pictureCodes } from './image.js';
import { problems } from './openapi/problems.js';

describe('codes', () => {
  it('of problems match the codes that libs/errors throws, with their status', () => {
    expect([...doorCodes]).toEqual(Object.keys(DOOR_STATUS));
    const statuses = Object.fromEntries(Object.entries(problems).map(([code, { status }]) => [code, status]));
    expect(statuses).toEqual(DOOR_STATUS);
  });

  it('of pictures match the codes that libs/errors throws', () => {
    expect([...pictureCodes]).toEqual(Object.keys(PICTURE_FAULTS));
  });
});
