import { randomUUID } from 'node:crypto';
import { cbor } from '@smithy/core/cbor';
import type { AwsFault } from './aws-fault.js';
import type { Answer, Call, Protocol } from './call.js';
import { escapeXml, parseXml, renderXml, toXml, type XmlElement, type XmlValue } from './xml.js';

const XML = { 'content-type': 'text/xml' };

type ErrorWriter = (fault: AwsFault, requestId: string) => Omit<Answer, 'status'>;

/** Writes an error for each protocol, so that an SDK reads the code as `err.name` (SOURCES.md, S1). */
const ERROR_WRITERS: Readonly<Record<Protocol, ErrorWriter>> = {
  ec2: ({ code, message }, requestId) =>
    xml(
      `<Response><Errors><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error></Errors>` +
        `<RequestID>${requestId}</RequestID></Response>`,
    ),
  query: ({ code, message, status }, requestId) =>
    xml(
      `<ErrorResponse><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(code)}</Code>` +
        `<Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    ),
  s3: ({ code, message }, requestId) =>
    xml(
      `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId>` +
        `<HostId>emulator</HostId></Error>`,
    ),
  json: ({ code, message }) => ({
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
    body: Buffer.from(JSON.stringify({ __type: code, message, Message: message })),
  }),
  cbor: ({ code, message }) => ({
    headers: {
      'content-type': 'application/cbor',
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-query-error': `${code};Sender`,
    },
    body: Buffer.from(cbor.serialize({ __type: code, message })),
  }),
};

function xml(text: string): Omit<Answer, 'status'> {
  return { headers: XML, body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`) };
}

/** Writes an error in the caller's protocol. A HEAD gets only the status. */
export function faultAnswer(call: Pick<Call, 'protocol' | 'request'>, fault: AwsFault): Answer {
  const requestId = randomUUID();
  const { headers, body } = ERROR_WRITERS[call.protocol](fault, requestId);
  return {
    status: fault.status,
    headers: { ...headers, 'x-amzn-requestid': requestId, ...fault.headers },
    body: call.request.method === 'HEAD' ? Buffer.alloc(0) : body,
  };
}

/** The answer of a query protocol: `<{Operation}Response><{Operation}Result>…`; EC2 has no Result. */
export function xmlAnswer(
  call: Pick<Call, 'protocol' | 'operation'>,
  result: Record<string, XmlValue>,
): Answer {
  const id = randomUUID();
  const body: Record<string, XmlValue> =
    call.protocol === 'ec2'
      ? { requestId: id, ...result }
      : { [`${call.operation}Result`]: result, ResponseMetadata: { RequestId: id } };
  return treeAnswer(toXml(`${call.operation}Response`, body)[0] as XmlElement);
}

export function treeAnswer(tree: XmlElement, status = 200): Answer {
  return { status, ...xml(renderXml(tree)) };
}

export function jsonAnswer(body: object): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** Parses an XML answer; undefined for an error or another format. */
export function treeOf(answer: Answer): XmlElement | undefined {
  return answer.status < 300 && /^\s*</.test(answer.body.toString('utf8', 0, 20))
    ? parseXml(answer.body.toString('utf8'))
    : undefined;
}

/** The error code in any protocol; undefined for a success or an error without a code. */
export function errorCode(answer: Answer): string | undefined {
  if (answer.status < 300) return undefined;
  const text = answer.body.toString('latin1');
  return (
    /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ??
    answer.headers['x-amzn-query-error']?.split(';')[0] ??
    /"__type":\s*"(?:[^"#]*#)?([^"]+)"/.exec(text)?.[1]
  );
}
