import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type CatalogueReport, catalogueSuite } from './catalogue/catalogue-suite.js';
import { controlSuite } from './control/control-suite.js';
import { engineSuite } from './engine-suite.js';
import { laptopSuite } from './laptop-suite.js';
import { memorySuite } from './memory-suite.js';
import { peerSuite } from './peers.js';
import { benchPhotographs, benchPictures } from './pictures.js';
import { pipelineSuite } from './pipeline-suite.js';
import { readySuite } from './ready-suite.js';
import { reconcileSuite } from './reconcile-suite.js';
import { describeMachine, type Report, toMarkdown, toSvg } from './report.js';
import { readOptions } from './read-options.js';

const HELP = `npm run bench -- [options]      measures the engine and the whole platform

  --only SUITE   engine, pipeline, ready, memory, reconcile, control, laptop, peers or catalogue; default: all but
                 catalogue, which takes two hours and 35 GB; pipeline also runs engine, to compare; peers compares
                 with imgproxy, thumbor and vipsthumbnail, where installed
  --pictures N   pictures in the memory suite; default: 2,000
  --rows N       pictures in the catalogue suite; default: 1,000,000 and then 10,000,000
  --rounds N     rounds of each measurement; default: 5
  --json FILE    also write a machine-readable report
  --write        write the table and the chart to docs/benchmarks/
  --help         print this help
`;

/**
 * Pictures in a round of the pipeline suite. At the start and the end of a round, one or two cores wait for about 0.2 s
 * in total. In a round of 60 pictures that was 6 % of the time.
 */
const PIPELINE_COUNT = 150;

const values = readOptions(
  {
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      pictures: { type: 'string', default: '2000' },
      rows: { type: 'string', multiple: true, default: ['1000000', '10000000'] },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  },
  HELP,
);
const suites = [
  'engine',
  'pipeline',
  'ready',
  'memory',
  'reconcile',
  'control',
  'laptop',
  'peers',
  'catalogue',
];
const rounds = Number(values.rounds);
const watched = Number(values.pictures);
const rows = values.rows.map(Number);
/** The catalogue suite makes uploads of ten pictures, and removes some. */
const isRows = (value: number): boolean => Number.isInteger(value) && value >= 10_000 && value % 10 === 0;
const isCount = (value: number): boolean => Number.isInteger(value) && value > 0;
if (values.help) {
  process.stdout.write(HELP);
} else if (
  (values.only !== undefined && !suites.includes(values.only)) ||
  !isCount(rounds) ||
  !isCount(watched) ||
  !rows.every(isRows)
) {
  const faults = [
    values.only === undefined || suites.includes(values.only)
      ? ''
      : `--only: expected one of ${suites.join(', ')}, got "${values.only}".\n`,
    isCount(rounds) ? '' : `--rounds: expected a whole number from 1, got "${values.rounds}".\n`,
    isCount(watched) ? '' : `--pictures: expected a whole number from 1, got "${values.pictures}".\n`,
    rows.every(isRows)
      ? ''
      : `--rows: expected multiples of 10 from 10,000, got "${values.rows.join(', ')}".\n`,
  ];
  process.stderr.write(`${faults.join('')}\n${HELP}`);
  process.exitCode = 2;
} else {
  await bench(values.only);
}

async function bench(only: string | undefined): Promise<void> {
  const onProgress = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  const wants = (suite: string): boolean => only === undefined || only === suite;
  const catalogue: CatalogueReport[] = [];
  if (only === 'catalogue') for (const size of rows) catalogue.push(await catalogueSuite(size, onProgress));
  onProgress('drawing pictures');
  const drawings = fileURLToPath(new URL('../../node_modules/.cache/darkroom-bench', import.meta.url));
  const pictures = only === 'catalogue' ? [] : await benchPictures(drawings);
  const photographs = only === 'catalogue' ? [] : await benchPhotographs(drawings);
  const jpegs = pictures.filter(
    ({ megapixels, contentType }) => megapixels === 12 && contentType === 'image/jpeg',
  );
  const large = pictures.find(({ megapixels }) => megapixels === 24);
  const engine =
    wants('engine') || wants('pipeline')
      ? await engineSuite(only === 'pipeline' ? jpegs : [...pictures, ...photographs], {
          rounds,
          roundSeconds: 2,
          allFormats: wants('engine'),
          onProgress,
        })
      : [];
  const pipeline = wants('pipeline')
    ? await pipelineSuite(jpegs, { rounds, count: PIPELINE_COUNT, onProgress })
    : [];
  const report: Report = {
    takenAt: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    engine,
    pipeline: pipeline.map((row) => {
      const same = engine.find(({ picture, formats }) => picture === row.picture && formats === 'jpeg');
      return { ...row, pipelineOfEngine: row.pipeline.median / (same?.engine.median ?? Number.NaN) };
    }),
    ready: wants('ready') && jpegs[0] !== undefined ? await readySuite(jpegs[0], { rounds, onProgress }) : [],
    memory:
      wants('memory') && large !== undefined
        ? await memorySuite(large, { pictures: watched, onProgress })
        : null,
    reconcile: wants('reconcile') ? await reconcileSuite(rounds, onProgress) : null,
    control: wants('control') ? await controlSuite({ rounds, onProgress }) : [],
    laptop: wants('laptop') && large !== undefined ? await laptopSuite(jpegs[0] ?? large, onProgress) : null,
    catalogue,
    peers: wants('peers') ? await peerSuite(photographs, { rounds, count: PIPELINE_COUNT, onProgress }) : [],
  };
  process.stdout.write(toMarkdown(report));
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (values.write) {
    const folder = fileURLToPath(new URL('../../docs/benchmarks/', import.meta.url));
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}README.md`, toMarkdown(report));
    await writeFile(`${folder}engine.svg`, toSvg(report));
  }
}
