/** One item of a file to write. */
export interface WrittenItem {
  /** Up to 65,535. */
  id: number;
  type: string;
  data: Buffer;
  /** Whole boxes. */
  properties?: Buffer[];
}

export interface WrittenHeif {
  items: WrittenItem[];
  /** 1 by default. */
  primaryId?: number;
  references?: readonly (readonly [type: string, from: number, to: readonly number[]])[];
  /** Major brand, `heic` by default. */
  brand?: string;
}

/** Writes a HEIF file (ISO/IEC 23008-12) around coded pictures. */
export function writeHeif({ items, primaryId = 1, references = [], brand = 'heic' }: WrittenHeif): Buffer {
  const brands = box('ftyp', Buffer.from(`${brand}\0\0\0\0mif1${brand}`, 'latin1'));
  const properties = items.flatMap((item) => item.properties ?? []);
  const meta = (start: number) => {
    let at = start;
    const places = items.map(({ id, data }) => {
      const place = Buffer.concat([u16(id), u16(0), u16(1), u32(at), u32(data.length)]);
      at += data.length;
      return place;
    });
    return fullBox(
      'meta',
      fullBox('hdlr', u32(0), Buffer.from('pict'), Buffer.alloc(13)),
      fullBox('pitm', u16(primaryId)),
      fullBox('iloc', u16(0x4400), u16(items.length), ...places),
      fullBox('iinf', u16(items.length), ...items.map(writeEntry)),
      box('iprp', box('ipco', ...properties), writeAssociations(items)),
      ...(references.length > 0 ? [writeReferences(references)] : []),
    );
  };
  const start = brands.length + meta(0).length + 8;
  return Buffer.concat([brands, meta(start), box('mdat', ...items.map(({ data }) => data))]);
}

function writeEntry({ id, type }: WrittenItem): Buffer {
  return box('infe', u32(0x02000000), u16(id), u16(0), Buffer.from(`${type}\0`, 'latin1'));
}

function writeAssociations(items: readonly WrittenItem[]): Buffer {
  let position = 0;
  const entries = items.map(({ id, properties = [] }) => {
    const positions = properties.map(() => (position += 1));
    return Buffer.concat([u16(id), Buffer.from([positions.length]), ...positions.map((at) => u16(at))]);
  });
  // Flag 1: positions of 15 bits.
  return box('ipma', u32(1), u32(items.length), ...entries);
}

function writeReferences(references: NonNullable<WrittenHeif['references']>): Buffer {
  return fullBox(
    'iref',
    ...references.map(([type, from, to]) => box(type, u16(from), u16(to.length), ...to.map(u16))),
  );
}

/** @param type - four letters */
export function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

/** A box that begins with version 0 and no flags. */
export function fullBox(type: string, ...parts: Buffer[]): Buffer {
  return box(type, u32(0), ...parts);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
