import { describe, expect, it } from 'vitest';
import { DEMO, chosenOf, parseChosen, settle } from './settings.js';

describe('chosen options', () => {
  it('override earlier ones, which override the defaults', () => {
    const earlier = { instanceType: 't3.large', sshCidr: '192.0.2.7/32' };
    expect(settle()).toEqual(DEMO);
    expect(settle(earlier, { instanceType: 't3.small' })).toEqual({
      ...DEMO,
      instanceType: 't3.small',
      sshCidr: '192.0.2.7/32',
    });
    expect(settle(earlier, { instanceType: undefined, sshCidr: undefined })).toEqual(DEMO);
  });

  it('are stored if they differ from the defaults', () => {
    const settings = settle({ instanceType: 't3.large', dataGib: 40, allowCidrs: ['192.0.2.0/24'] });
    expect(chosenOf(DEMO)).toEqual({});
    expect(settle(parseChosen(JSON.stringify(chosenOf(settings)), 'p'))).toEqual(settings);
  });

  it.each(['', '[]', 'null', '{"instanceType":7}', '{"allowCidrs":[1]}', '{"other":"1"}'])(
    'are refused if they are stored as %s',
    (text) => {
      expect(() => parseChosen(text, 'darkroom-demo-options')).toThrow(
        /^Cannot read the options .* darkroom-demo-options/,
      );
    },
  );
});
