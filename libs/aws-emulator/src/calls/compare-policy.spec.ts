import { describe, expect, it } from 'vitest';
import { comparePolicy } from './compare-policy.js';
import type { RecordedCall } from './ledger.js';

function recorded(service: string, actions: string[], resource = '*'): RecordedCall {
  return {
    index: 1,
    service,
    operation: '',
    name: actions[0] ?? '',
    actions,
    resource,
    write: true,
    protocol: 'json',
    region: 'eu-central-1',
    account: '111122223333',
    principal: 'operator',
    params: {},
    status: 200,
    error: undefined,
    tookEffect: true,
  };
}

const POLICY = {
  Statement: [
    { Effect: 'Allow', Action: ['ec2:Describe*', 'ec2:RunInstances'], Resource: '*' },
    { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::darkroom-*/*' },
    { Effect: 'Allow', Action: 'iam:PassRole', Resource: 'arn:aws:iam::*:role/darkroom-*' },
  ],
};

describe('comparePolicy', () => {
  it('finds no difference when every action is allowed and needed', () => {
    const calls = [
      recorded('ec2', ['ec2:DescribeVpcs']),
      recorded('ec2', ['ec2:RunInstances', 'iam:PassRole']),
      recorded('s3', ['s3:PutObject'], 'arn:aws:s3:::darkroom-demo/a/b'),
    ];
    expect(comparePolicy(POLICY, calls)).toEqual({ missing: [], unused: [] });
  });

  it('lists missing actions or resources, and actions that no call needed', () => {
    const calls = [
      recorded('ec2', ['ec2:TerminateInstances']),
      recorded('s3', ['s3:PutObject'], 'arn:aws:s3:::other/a'),
    ];
    expect(comparePolicy(POLICY, calls)).toEqual({
      missing: ['ec2:TerminateInstances', 's3:PutObject on arn:aws:s3:::other/a'],
      unused: ['ec2:Describe*', 'ec2:RunInstances', 'iam:PassRole', 's3:PutObject'],
    });
  });
});
