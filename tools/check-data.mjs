#!/usr/bin/env node
// Every JSON and YAML file of the repository can be read, and the mappings fit their JSON Schema.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(path.join(repository, 'tests/e2e/package.json'));
const yaml = require('js-yaml');
const Ajv = require('ajv');

// Files below a fixtures folder may be broken on purpose.
const files = execFileSync('git', ['-C', repository, 'ls-files', '*.json', '*.yaml', '*.yml'], { encoding: 'utf8' })
  .trim().split('\n').filter((file) => !file.includes('/fixtures/'));
const read = (file) => readFileSync(path.join(repository, file), 'utf8');
const problems = [];
const documents = new Map();
for (const file of files) {
  try {
    documents.set(file, file.endsWith('.json') ? JSON.parse(read(file)) : yaml.loadAll(read(file)));
  } catch (error) {
    problems.push(`${file}: ${error.message}`);
  }
}

const schema = 'mappings/schema.json';
if (existsSync(path.join(repository, schema))) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  const fits = ajv.compile(documents.get(schema));
  for (const [file, content] of documents)
    if (/^mappings\/.*\.ya?ml$/.test(file) && !fits(content[0]))
      problems.push(`${file} does not fit ${schema}: ${ajv.errorsText(fits.errors)}`);
}

console.log(problems.length ? problems.join('\n') : `${files.length} files can be read`);
process.exit(problems.length ? 1 : 0);
