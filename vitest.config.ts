import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Three tiers: *.spec.ts does no I/O, *.medium.spec.ts uses real services, e2e/ calls the built platform over HTTP.
const shared = {
  // Workspace packages resolve to their TypeScript sources, so that a test never runs a stale build.
  resolve: { conditions: ['@darkroom/source'] },
  ssr: { resolve: { conditions: ['@darkroom/source'] } },
} as const;

/** The slowest files start first, so that none of them delays the end of the run. */
const LONG = [
  'e2e/src/gallery/gallery',
  'e2e/src/compose/',
  'e2e/src/schemathesis',
  'e2e/src/nothing-lost',
  'e2e/src/photograph',
  'e2e/src/drill.',
  'e2e/src/gallery/many-uploads',
  'provision/test/host/',
  'apps/launcher/src/launch.',
  'provision/src/failures',
  'libs/imaging/src/similarity',
  'libs/queue/src/queue-',
  'provision/src/stack.',
  'provision/src/main.',
  'libs/imaging/src/isolation/',
  'apps/gateway/src/slow-clients',
  'provision/src/resources/host/',
  'provision/src/break-off.',
  'provision/src/teardown/keep-data',
  'bench/src/fuzz/',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const long = LONG.flatMap((part) => files.filter(({ moduleId }) => moduleId.includes(part)));
    return [...long, ...files.filter((file) => !long.includes(file))];
  }
}

/**
 * Tests of the engine that start processes, measure the memory of their own, or draw with a loader that the engine blocks
 * for its whole process.
 */
const OWN_PROCESS = [
  'libs/imaging/src/isolation/**/*.medium.spec.ts',
  'libs/imaging/src/{every-variant,imaging-engine,similarity}.medium.spec.ts',
];

const medium = {
  globalSetup: ['libs/testing/src/global-setup.ts'],
  // Most of these tests wait for timers rather than the CPU: locks that expire, retries.
  maxWorkers: 4,
  testTimeout: 60_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    reporters: ['default'],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: [
            '{apps,libs}/**/src/**/*.spec.ts',
            '{bench,provision,tools}/**/*.spec.ts',
            'e2e/src/drills/**/*.spec.ts',
          ],
          exclude: ['**/*.{medium,drill}.spec.ts', '**/node_modules/**', '**/dist/**'],
          // One process per file would take five times as long as the tests, and these tests leave no state behind.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        ...shared,
        test: {
          ...medium,
          name: 'medium',
          include: [
            '{apps,bench,provision,tools}/**/*.medium.spec.ts',
            'libs/!(imaging)/**/*.medium.spec.ts',
            ...OWN_PROCESS,
          ],
          exclude: ['**/node_modules/**', '**/dist/**'],
        },
      },
      {
        // Part of the medium tier. One process for many files: loading the codecs takes longer than many of these tests.
        ...shared,
        test: {
          ...medium,
          name: 'medium-pictures',
          include: ['libs/imaging/src/**/*.medium.spec.ts'],
          exclude: OWN_PROCESS,
          setupFiles: ['libs/imaging/src/testing/block-loaders.ts'],
          isolate: false,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          globalSetup: ['libs/testing/src/global-setup.ts'],
          include: ['e2e/src/**/*.spec.ts'],
          exclude: ['e2e/src/drills/**', '**/node_modules/**', '**/dist/**'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          maxWorkers: 3,
        },
      },
      {
        // The long form of tests that CI runs in a short form: `npm run break-off`.
        ...shared,
        test: {
          name: 'break-off',
          globalSetup: ['libs/testing/src/global-setup.ts'],
          include: ['provision/src/**/*.drill.spec.ts'],
        },
      },
      {
        // The same for an AWS host in a container: `npm run releases`.
        ...shared,
        test: {
          name: 'releases',
          globalSetup: ['libs/testing/src/global-setup.ts'],
          include: ['provision/test/host/**/*.drill.spec.ts'],
        },
      },
      {
        // Not a test: `npm run screenshots` takes the screenshots of the docs.
        ...shared,
        test: {
          name: 'screenshots',
          globalSetup: ['libs/testing/src/global-setup.ts'],
          include: ['e2e/src/**/*.screenshots.ts'],
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
