import { describe, expect, it } from 'vitest';
import { parseOptions } from './parse-options.js';

describe('the command line', () => {
  it('provisions the stack demo by default', () => {
    expect(parseOptions([])).toEqual({
      command: 'provision',
      stack: 'demo',
      region: undefined,
      chosen: {},
      plan: false,
      yes: false,
      json: false,
      wait: true,
      breakLock: false,
      keepData: false,
      checks: true,
      printPolicy: false,
      help: false,
    });
  });

  it('accepts every option', () => {
    const certificate = 'arn:aws:acm:eu-north-1:123456789012:certificate/1-2-3';
    const words = `teardown --stack two --region eu-north-1 --type t3.medium --cache-type cache.t3.small
      --allow-cidr 192.0.2.0/24 --allow-cidr 198.51.100.7/32 --ssh-cidr 192.0.2.7/32 --certificate ${certificate}
      --plan -y --json --no-wait --break-lock --skip-checks --print-policy`;
    expect(parseOptions(words.split(/\s+/))).toMatchObject({
      command: 'teardown',
      stack: 'two',
      region: 'eu-north-1',
      chosen: {
        instanceType: 't3.medium',
        cacheType: 'cache.t3.small',
        allowCidrs: ['192.0.2.0/24', '198.51.100.7/32'],
        sshCidr: '192.0.2.7/32',
        certificate,
      },
      plan: true,
      yes: true,
      json: true,
      wait: false,
      breakLock: true,
      checks: false,
      printPolicy: true,
    });
  });

  it('resets options of an earlier run', () => {
    const words = ['--type=default', '--allow-cidr=default', '--ssh-cidr=default', '--certificate=default'];
    const { chosen } = parseOptions(words);
    expect(Object.entries(chosen)).toEqual(
      ['instanceType', 'allowCidrs', 'sshCidr', 'certificate'].map((name) => [name, undefined]),
    );
  });

  it.each([
    ['--stack=my-stack', '"my-stack"'],
    ['--profile=huge', 'got "huge"'],
    ['--allow-cidr=192.0.2.7/24', 'got "192.0.2.7/24"'],
    ['--allow-cidr=300.0.2.0/24', 'got "300.0.2.0/24"'],
    ['--ssh-cidr=anywhere', 'got "anywhere"'],
    ['--cache-type=t3.micro', 'got "t3.micro"'],
    ['--certificate=me', 'got "me"'],
    ['--frobnicate', '--help lists the options'],
    ['destroy', '--help lists the options'],
  ])('refuses %s', (word, message) => {
    expect(() => parseOptions([word])).toThrow(message);
  });
});
