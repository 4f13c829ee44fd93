// Prints the bill of materials of what npm has installed here, as CycloneDX 1.5: `node sbom.mjs apps/api > sbom.cdx.json`.
// `npm sbom` fails on a checkout of which one workspace is installed, and says another time and number at every run; this
// is the same for the same packages, so that an image is too.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Turns `sha512-…` in base64 into CycloneDX's way of saying it. */
function hashes(integrity = '') {
  return integrity.split(' ').flatMap((text) => {
    const [, bits, digest] = /^sha(\d+)-(.+)$/.exec(text) ?? [];
    if (digest === undefined) return [];
    const alg = bits === '1' ? 'SHA-1' : `SHA-${bits}`;
    return [{ alg, content: Buffer.from(digest, 'base64').toString('hex') }];
  });
}

/** @param name - with its scope, if it has one */
function component(name, { version, license, integrity }) {
  const parts = name.split('/');
  const purl = `pkg:npm/${parts.map(encodeURIComponent).join('/')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    ...(parts.length > 1 && { group: parts[0] }),
    name: parts.at(-1),
    version,
    purl,
    ...(license && { licenses: [{ license: { name: license } }] }),
    hashes: hashes(integrity),
  };
}

const { name, version } = read(path.join(process.argv[2] ?? '.', 'package.json'));
// npm's own note of what it has put there.
const installed = Object.entries(read('node_modules/.package-lock.json').packages);
const components = installed
  .filter(([folder, { link }]) => folder.includes('node_modules/') && !link)
  .map(([folder, entry]) => component(entry.name ?? folder.split('node_modules/').at(-1), entry));
const unique = [...new Map(components.map((each) => [each.purl, each])).values()];
const bill = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': name, name, version } },
  components: unique.toSorted((a, b) => (a.purl < b.purl ? -1 : 1)),
};
console.log(JSON.stringify(bill, undefined, 2));
