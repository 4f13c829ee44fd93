// Prints an SBOM of the installed npm packages, as CycloneDX 1.5: `node sbom.mjs apps/api > sbom.cdx.json`. `npm sbom`
// fails when only one workspace is installed, and writes a new timestamp and serial number in every run. This output is
// the same for the same packages, so that images are reproducible.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Converts an integrity such as `sha512-…` to CycloneDX hashes. */
function hashes(integrity = '') {
  return integrity.split(' ').flatMap((text) => {
    const [, bits, digest] = /^sha(\d+)-(.+)$/.exec(text) ?? [];
    if (digest === undefined) return [];
    const alg = bits === '1' ? 'SHA-1' : `SHA-${bits}`;
    return [{ alg, content: Buffer.from(digest, 'base64').toString('hex') }];
  });
}

/** @param name - including its scope */
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
// npm's record of the installed packages.
const installed = Object.entries(read('node_modules/.package-lock.json').packages);
const components = installed
  .filter(([folder, { link }]) => folder.includes('node_modules/') && !link)
  .map(([folder, entry]) => component(entry.name ?? folder.split('node_modules/').at(-1), entry));
const unique = [...new Map(components.map((each) => [each.purl, each])).values()];
const sbom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: { component: { type: 'application', 'bom-ref': name, name, version } },
  components: unique.toSorted((a, b) => (a.purl < b.purl ? -1 : 1)),
};
console.log(JSON.stringify(sbom, undefined, 2));
