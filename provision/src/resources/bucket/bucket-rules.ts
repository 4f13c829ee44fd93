import type { BucketLifecycleConfiguration, PublicAccessBlockConfiguration } from '@aws-sdk/client-s3';

/** Nothing in the bucket is public, whatever a policy or an access list says. */
export const NO_PUBLIC_ACCESS: PublicAccessBlockConfiguration = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};

/** Refuses everybody, the owner too, whose connection is not encrypted. */
export function tlsOnly(bucket: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}

/** Parts of uploads that were never finished are paid for and seen by nobody. */
export const LIFECYCLE: BucketLifecycleConfiguration = {
  Rules: [
    {
      ID: 'abort-incomplete-uploads',
      Status: 'Enabled',
      Filter: { Prefix: '' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  ],
};
