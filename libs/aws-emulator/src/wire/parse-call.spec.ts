import { describe, expect, it } from 'vitest';
import type { RawRequest } from './call.js';
import { filtersOf, listParam } from './call.js';
import { bodyOf, parseCall } from './parse-call.js';

const signed = (service: string, key = 'OPERATOR111122223333') =>
  `AWS4-HMAC-SHA256 Credential=${key}/20260101/eu-north-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

function s3(method: string, url: string, headers: Record<string, string> = {}): RawRequest {
  return { method, url, headers: { authorization: signed('s3'), ...headers }, body: Buffer.alloc(0) };
}

function query(service: string, text: string): RawRequest {
  const headers = {
    authorization: signed(service),
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
  };
  return { method: 'POST', url: '/', headers, body: Buffer.from(text) };
}

describe('a call', () => {
  it('is parsed into caller, operation, account and region', () => {
    const call = parseCall(query('ec2', 'Action=DeleteSecurityGroup&GroupId=sg-1'), 7);
    expect(call).toMatchObject({
      index: 7,
      name: 'ec2:DeleteSecurityGroup',
      region: 'eu-north-1',
      account: '111122223333',
      principal: 'operator',
      protocol: 'ec2',
      write: true,
    });
  });

  it.each([
    ['GET', '/', 's3:ListBuckets', 's3:ListAllMyBuckets'],
    ['PUT', '/b', 's3:CreateBucket', 's3:CreateBucket'],
    ['HEAD', '/b', 's3:HeadBucket', 's3:ListBucket'],
    ['GET', '/b?list-type=2&prefix=a', 's3:ListObjectsV2', 's3:ListBucket'],
    ['GET', '/b?versions', 's3:ListObjectVersions', 's3:ListBucketVersions'],
    ['PUT', '/b?encryption', 's3:PutBucketEncryption', 's3:PutEncryptionConfiguration'],
    ['DELETE', '/b?lifecycle', 's3:DeleteBucketLifecycle', 's3:PutLifecycleConfiguration'],
    ['PUT', '/b?publicAccessBlock', 's3:PutPublicAccessBlock', 's3:PutBucketPublicAccessBlock'],
    ['POST', '/b?delete', 's3:DeleteObjects', 's3:DeleteObject'],
    ['PUT', '/b/k/l?x-id=PutObject', 's3:PutObject', 's3:PutObject'],
    ['PUT', '/b/k?partNumber=1&uploadId=u', 's3:UploadPart', 's3:PutObject'],
    ['POST', '/b/k?uploadId=u', 's3:CompleteMultipartUpload', 's3:PutObject'],
    ['HEAD', '/b/k', 's3:HeadObject', 's3:GetObject'],
  ])('of S3, %s %s, is %s and needs %s', (method, url, name, action) => {
    const call = parseCall(s3(method, url), 1);
    expect([call.name, call.actions[0]]).toEqual([name, action]);
  });

  it('that copies an object also needs the permission to read it', () => {
    const call = parseCall(s3('PUT', '/b/k', { 'x-amz-copy-source': 'b/l' }), 1);
    expect([call.name, ...call.actions]).toEqual(['s3:CopyObject', 's3:PutObject', 's3:GetObject']);
  });

  it('with a presigned URL has its signature in the query', () => {
    const url = '/b/k?X-Amz-Credential=HOST111122223333%2F20260101%2Feu-west-1%2Fs3%2Faws4_request';
    expect(parseCall({ method: 'GET', url, headers: {}, body: Buffer.alloc(0) }, 1)).toMatchObject({
      principal: 'host',
      region: 'eu-west-1',
      resource: 'arn:aws:s3:::b/k',
    });
  });

  it('is renamed if IAM uses another name', () => {
    const headers = {
      authorization: signed('monitoring'),
      'x-amz-target': 'GraniteServiceVersion20100801.PutMetricAlarm',
    };
    const call = parseCall({ method: 'POST', url: '/', headers, body: Buffer.from('{"Tags":[]}') }, 1);
    expect(call.actions).toEqual(['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource']);
  });

  it('returns list parameters in order, and writes changed parameters into its body', () => {
    const call = parseCall(
      query(
        'ec2',
        'Action=DescribeInstances&InstanceId.2=b&InstanceId.1=a&Filter.1.Name=n&Filter.1.Value.1=v&Filter.1.Value.2=w',
      ),
      1,
    );
    expect(listParam(call, 'InstanceId')).toEqual(['a', 'b']);
    expect([...filtersOf(call)]).toEqual([['n', ['v', 'w']]]);
    call.params['InstanceId.1'] = 'c';
    expect(bodyOf(call).toString()).toContain('InstanceId.1=c');
  });
});
