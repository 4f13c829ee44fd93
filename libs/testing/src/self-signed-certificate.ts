import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A self-signed certificate: a client that trusts it uses it as its authority. */
export interface SelfSigned {
  /** PEM. */
  certificate: string;
  /** PEM, PKCS #8. */
  key: string;
}

const DAY = 86_400_000;
/** Tags of DER, the encoding of certificates (ITU-T X.690). */
const [BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, UTF8, TIME] = [0x01, 0x02, 0x03, 0x04, 0x0c, 0x17];
const [OBJECT, SEQUENCE, SET] = [0x06, 0x30, 0x31];
/** Object identifiers in DER. */
const ECDSA_SHA256 = Buffer.from('2a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('550403', 'hex');
const ALTERNATIVE_NAMES = Buffer.from('551d11', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('551d13', 'hex');

/**
 * Creates a certificate for a test server, valid for one day.
 *
 * @param names - host names and IPv4 addresses of the server
 */
export function selfSignedCertificate(names: readonly string[]): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const algorithm = der(SEQUENCE, der(OBJECT, ECDSA_SHA256));
  const subject = der(
    SEQUENCE,
    der(SET, der(SEQUENCE, der(OBJECT, COMMON_NAME), der(UTF8, Buffer.from(names[0] ?? '')))),
  );
  const contents = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    subject,
    der(SEQUENCE, time(Date.now() - DAY), time(Date.now() + DAY)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, authority(), alternatives(names))),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', contents, privateKey)]);
  const whole = der(SEQUENCE, contents, algorithm, der(BIT_STRING, signature));
  return {
    certificate: pem(whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function time(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replace(/^..|[-T:]|\.\d+/g, '');
  return der(TIME, Buffer.from(text));
}

function authority(): Buffer {
  const isAuthority = der(SEQUENCE, der(BOOLEAN, Buffer.from([0xff])));
  return der(
    SEQUENCE,
    der(OBJECT, BASIC_CONSTRAINTS),
    der(BOOLEAN, Buffer.from([0xff])),
    der(OCTET_STRING, isAuthority),
  );
}

function alternatives(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIP(name) === 4 ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  );
  return der(SEQUENCE, der(OBJECT, ALTERNATIVE_NAMES), der(OCTET_STRING, der(SEQUENCE, ...entries)));
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
