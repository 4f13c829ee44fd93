/** An ICC profile (version 2) for grey with the given gamma. */
export function drawGreyProfile(gamma: number): Buffer {
  const description = Buffer.concat([
    Buffer.from('desc\0\0\0\0\0\0\0\x05grey\0', 'latin1'),
    Buffer.alloc(4 + 4 + 2 + 1 + 67),
  ]);
  const white = Buffer.alloc(20);
  white.write('XYZ ', 0, 'latin1');
  // D50, as 15.16 fixed point numbers.
  [0xf6d6, 0x10000, 0xd32d].forEach((value, index) => white.writeUInt32BE(value, 8 + index * 4));
  const curve = Buffer.alloc(16);
  curve.write('curv', 0, 'latin1');
  curve.writeUInt32BE(1, 8);
  curve.writeUInt16BE(Math.round(gamma * 256), 12);

  const tags: [string, Buffer][] = [
    ['desc', description],
    ['cprt', Buffer.from('text\0\0\0\0none\0\0\0\0', 'latin1')],
    ['wtpt', white],
    ['kTRC', curve],
  ];
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  let at = 128 + table.length;
  const bodies = tags.map(([name, body], index) => {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    table.write(name, 4 + index * 12, 'latin1');
    table.writeUInt32BE(at, 8 + index * 12);
    table.writeUInt32BE(body.length, 12 + index * 12);
    at += padded.length;
    return padded;
  });

  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x02100000, 8);
  header.write('mntrGRAYXYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  [0xf6d6, 0x10000, 0xd32d].forEach((value, index) => header.writeUInt32BE(value, 68 + index * 4));
  return Buffer.concat([header, table, ...bodies]);
}
