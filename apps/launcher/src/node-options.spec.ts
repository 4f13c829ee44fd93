import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { NODE_OPTIONS } from './node-options.js';

const dockerfile = readFileSync(new URL('../../../Dockerfile', import.meta.url), 'utf8');

it.each(Object.entries(NODE_OPTIONS))(
  'the Docker image starts the %s with the same options',
  (name, options) => {
    const command = ['node', ...options, `apps/${name}/dist/main.js`].map((part) => JSON.stringify(part));
    expect(dockerfile).toContain(`CMD [${command.join(', ')}]\n`);
  },
);
