import type { IncomingHttpHeaders } from 'node:http';

/** The format of a service's requests and errors. */
export type Protocol = 'ec2' | 'query' | 'json' | 'cbor' | 's3';

/** A request as it came over the wire. */
export interface RawRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A parsed request. */
export interface Call {
  /** Counts from 1 over the calls of one emulator since its last reset. */
  index: number;
  /** The service as IAM names it, e.g. `elasticloadbalancing`. */
  service: string;
  /** The operation as the SDK names it, e.g. `HeadBucket`. */
  operation: string;
  /** `service:operation`: what rules and faults match. */
  name: string;
  /** The actions that IAM checks, e.g. `s3:ListBucket` for HeadBucket; the call's own action comes first. */
  actions: readonly string[];
  /** The ARN if the request shows it, else `*`. */
  resource: string;
  /** True if the call may change something; false for a dry run. */
  write: boolean;
  protocol: Protocol;
  region: string;
  account: string;
  /** The caller, from the access key: `operator`, `host`, … */
  principal: string;
  /** Query protocols: flat (`Filter.1.Name`). JSON and CBOR: nested. S3: `Bucket`, `Key` and whether it has `Tags`. */
  params: Record<string, unknown>;
  request: RawRequest;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** A text parameter; undefined if it is missing or not a text. */
export function textParam(call: Pick<Call, 'params'>, name: string): string | undefined {
  const value = call.params[name];
  return typeof value === 'string' ? value : undefined;
}

export function isTrue(call: Pick<Call, 'params'>, name: string): boolean {
  return call.params[name] === 'true' || call.params[name] === true;
}

/** The texts of a list: `Name.1`, `Name.member.1`, `Name.Element.1` in the query protocols, an array in JSON. */
export function listParam(call: Pick<Call, 'params'>, name: string): string[] {
  const value = call.params[name];
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string');
  const pattern = new RegExp(`^${name}(?:\\.[A-Za-z]+)?\\.(\\d+)$`);
  return numbered(call, pattern).map(([, text]) => text);
}

/** The objects of a list: `Filter.1.Name` with `Filter.1.Value.1` becomes `{Name, 'Value.1'}`. */
export function recordsParam(call: Pick<Call, 'params'>, name: string): Record<string, string>[] {
  const records = new Map<number, Record<string, string>>();
  const pattern = new RegExp(`^${name}(?:\\.[A-Za-z]+)?\\.(\\d+)\\.(.+)$`);
  for (const [number, text, rest] of numbered(call, pattern)) {
    records.set(number, { ...records.get(number), [rest]: text });
  }
  return [...records.values()];
}

/** Filters of an EC2 call: name to accepted values. */
export function filtersOf(call: Pick<Call, 'params'>): Map<string, string[]> {
  return new Map(
    recordsParam(call, 'Filter').map(({ Name = '', ...values }) => [Name, Object.values(values)] as const),
  );
}

function numbered(call: Pick<Call, 'params'>, pattern: RegExp): [number, string, string][] {
  const found: [number, string, string][] = [];
  for (const [key, value] of Object.entries(call.params)) {
    const match = pattern.exec(key);
    if (match && typeof value === 'string') found.push([Number(match[1]), value, match[2] ?? '']);
  }
  return found.toSorted(([one], [other]) => one - other);
}
