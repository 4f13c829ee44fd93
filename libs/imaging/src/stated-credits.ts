import { cutText } from './cut-text.js';
import { type Credits, TEXT_MAX } from './exif-credits.js';

/** Credits in XMP and IPTC: besides the author and the rights, a line that names the provider of the picture. */
interface StatedCredits extends Credits {
  credit?: string;
}

/** Credits are within this many bytes of any real packet; limits the search of a hostile one. */
const XMP_MAX_BYTES = 256 * 1024;
const IPTC_MAX_BYTES = 64 * 1024;
const PEOPLE_MAX = 20;

/**
 * Merges the credits of a picture: EXIF first, then XMP, then IPTC. EXIF, the only metadata of the variants, has no tag
 * for the credit line: it is appended to the artist, unless the artist already contains it.
 */
export function mergeCredits(exif: Credits, xmp: Buffer | undefined, iptc: Buffer | undefined): Credits {
  const stated = { ...(iptc ? readIptc(iptc) : {}), ...(xmp ? readXmp(xmp) : {}) };
  const copyright = exif.copyright ?? stated.copyright;
  const author = exif.artist ?? stated.artist;
  const { credit } = stated;
  const people = [author, credit && author?.includes(credit) ? undefined : credit].filter(
    (text) => text !== undefined,
  );
  const artist = cutText(people.join('; '), TEXT_MAX);
  return { ...(artist ? { artist } : {}), ...(copyright ? { copyright } : {}) };
}

/** Reads `dc:creator`, `dc:rights` and `photoshop:Credit` by the prefixes that every writer uses. */
function readXmp(packet: Buffer): StatedCredits {
  const xml = packet.toString('utf8', 0, XMP_MAX_BYTES);
  return present({
    artist: listOf(xml, 'dc:creator').join('; '),
    // Alternatives in several languages; the first one is the default.
    copyright: listOf(xml, 'dc:rights')[0],
    credit: valueOf(xml, 'photoshop:Credit'),
  });
}

function listOf(xml: string, name: string): string[] {
  const body = elementOf(xml, name) ?? '';
  const items = body.split('<rdf:li', PEOPLE_MAX + 1).slice(1);
  return items.map((item) => clean(item.slice(item.indexOf('>') + 1).split('<', 1)[0] ?? '')).filter(Boolean);
}

function valueOf(xml: string, name: string): string | undefined {
  const attribute = xml.indexOf(`${name}="`);
  const element = elementOf(xml, name);
  if (attribute === -1) return element === undefined ? undefined : clean(element);
  const from = attribute + name.length + 2;
  return clean(xml.slice(from, xml.indexOf('"', from)));
}

/** Returns the text between the tags of an element; undefined when the element is missing or not closed. */
function elementOf(xml: string, name: string): string | undefined {
  const open = xml.indexOf(`<${name}>`);
  const close = xml.indexOf(`</${name}>`, open);
  return open === -1 || close === -1 ? undefined : xml.slice(open + name.length + 2, close);
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function clean(text: string): string {
  const plain = text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{1,8}));/gi,
    (whole, decimal, hex, name) => {
      if (name) return ENTITIES[String(name)] ?? whole;
      const code = decimal ? Number(decimal) : Number.parseInt(String(hex), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
  return cutText(plain.replace(/[\p{Cc}\p{Cs}]+/gu, ' '), TEXT_MAX);
}

const BY_LINE = 80;
const CREDIT = 110;
const COPYRIGHT_NOTICE = 116;

/** Reads record 2 of IPTC-IIM, which may be wrapped in Photoshop's block 0x0404. */
function readIptc(block: Buffer): StatedCredits {
  const bytes = block.subarray(0, IPTC_MAX_BYTES);
  const texts = new Map<number, string[]>();
  let at = iimStart(bytes);
  while (at + 5 <= bytes.length && bytes[at] === 0x1c) {
    const [record, set, length] = [bytes[at + 1], bytes[at + 2] ?? 0, bytes.readUInt16BE(at + 3)];
    // The highest bit means that the length takes more bytes, which no text of a few words needs.
    if (length >= 0x8000 || at + 5 + length > bytes.length) break;
    if (record === 2)
      texts.set(set, [...(texts.get(set) ?? []), decode(bytes.subarray(at + 5, at + 5 + length))]);
    at += 5 + length;
  }
  return present({
    artist: texts.get(BY_LINE)?.slice(0, PEOPLE_MAX).filter(Boolean).join('; '),
    copyright: texts.get(COPYRIGHT_NOTICE)?.[0],
    credit: texts.get(CREDIT)?.[0],
  });
}

/** Finds the start of the data sets: at once, or after the name and length of their block. */
function iimStart(bytes: Buffer): number {
  const block = bytes.indexOf('8BIM\u0004\u0004', 0, 'latin1');
  if (block === -1) return 0;
  const nameLength = bytes[block + 6] ?? 0;
  // The length byte and the name together are padded to an even number.
  return block + 6 + 2 * Math.ceil((1 + nameLength) / 2) + 4;
}

function decode(bytes: Buffer): string {
  const utf8 = bytes.toString('utf8');
  return clean(utf8.includes('\ufffd') ? bytes.toString('latin1') : utf8);
}

/** Drops empty and missing texts. */
function present(credits: Record<keyof StatedCredits, string | undefined>): StatedCredits {
  return Object.fromEntries(Object.entries(credits).filter(([, text]) => text));
}
