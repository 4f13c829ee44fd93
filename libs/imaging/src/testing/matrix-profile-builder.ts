type Triple = readonly [number, number, number];

/** sRGB's primaries under D50 (ICC's own sRGB profile). */
export const SRGB_COLORANTS: readonly [Triple, Triple, Triple] = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
];

export interface ProfileDescription {
  colorants: readonly [Triple, Triple, Triple];
  curve: { gamma: number } | { samples: number[] } | { type: number; parameters: number[] };
  /** Colour space signature, `RGB ` by default. */
  space?: string;
  /** An additional, empty tag. */
  extraTag?: string;
}

/** Builds an ICC profile of three curves and a matrix, with the same curve for all channels. */
export function buildMatrixProfile({
  colorants,
  curve,
  space = 'RGB ',
  extraTag,
}: ProfileDescription): Uint8Array {
  const tags: [string, Buffer][] = [
    ...(['rXYZ', 'gXYZ', 'bXYZ'] as const).map((name, index): [string, Buffer] => [
      name,
      xyz(colorants[index] ?? [0, 0, 0]),
    ]),
    ...(['rTRC', 'gTRC', 'bTRC'] as const).map((name): [string, Buffer] => [name, curveTag(curve)]),
    ...(extraTag === undefined ? [] : [[extraTag, Buffer.alloc(12)] as [string, Buffer]]),
  ];
  const header = Buffer.alloc(132);
  header.write('mntr', 12);
  header.write(space, 16);
  header.write('XYZ ', 20);
  header.write('acsp', 36);
  header.writeUInt32BE(tags.length, 128);
  const table = Buffer.alloc(tags.length * 12);
  let offset = header.length + table.length;
  for (const [index, [name, data]] of tags.entries()) {
    table.write(name, index * 12);
    table.writeUInt32BE(offset, index * 12 + 4);
    table.writeUInt32BE(data.length, index * 12 + 8);
    offset += data.length;
  }
  const icc = Buffer.concat([header, table, ...tags.map(([, data]) => data)]);
  icc.writeUInt32BE(icc.length, 0);
  return icc;
}

function xyz(values: Triple): Buffer {
  const tag = Buffer.alloc(20);
  tag.write('XYZ ');
  for (const [index, value] of values.entries()) tag.writeInt32BE(Math.round(value * 65_536), 8 + index * 4);
  return tag;
}

function curveTag(curve: ProfileDescription['curve']): Buffer {
  if ('parameters' in curve) {
    const tag = Buffer.alloc(12 + curve.parameters.length * 4);
    tag.write('para');
    tag.writeUInt16BE(curve.type, 8);
    for (const [index, value] of curve.parameters.entries())
      tag.writeInt32BE(Math.round(value * 65_536), 12 + index * 4);
    return tag;
  }
  const values = 'gamma' in curve ? [Math.round(curve.gamma * 256)] : curve.samples;
  const tag = Buffer.alloc(12 + values.length * 2);
  tag.write('curv');
  tag.writeUInt32BE(values.length, 8);
  for (const [index, value] of values.entries()) tag.writeUInt16BE(value, 12 + index * 2);
  return tag;
}
