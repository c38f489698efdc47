#!/usr/bin/env node
// docs/rocketchat.md: every route of the Rocket.Chat face, from `parley routes` and specs/rocketchat-livechat.yaml.
//
//   tools/rocketchat-routes.mjs [BINARY]           writes the page
//   tools/rocketchat-routes.mjs --check [BINARY]   exit 1 when the page is not what would be written
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const yaml = createRequire(path.join(repository, 'tests/e2e/package.json'))('js-yaml');
const page = path.join(repository, 'docs/rocketchat.md');

const check = process.argv[2] === '--check';
const binary = path.resolve(process.argv[check ? 3 : 2] ?? path.join(repository, 'build/parley'));

const spec = yaml.load(readFileSync(path.join(repository, 'specs/rocketchat-livechat.yaml'), 'utf8'));
const described = new Map(Object.values(spec.paths).flatMap((methods) => Object.values(methods)).map((operation) => [operation.operationId, operation]));
const rows = JSON.parse(execFileSync(binary, ['routes', '--face', 'rocketchat', '--json'], { cwd: repository, encoding: 'utf8' })).operations;

const servedWords = { native: 'yes', planned: 'not yet (501)', unsupported: 'no (501)' };

function versions({ 'x-parley-since': since, 'x-parley-removed': removed }) {
  return [since && `from ${since}`, removed && `before ${removed}`].filter(Boolean).join(', ');
}

function caller(operation) {
  const permission = operation['x-parley-permission'];
  if (operation.security?.length === 0) return 'anybody';
  if (permission === undefined) return 'a login';
  if (typeof permission === 'string') return `\`${permission}\``;
  const [[how, names]] = Object.entries(permission);
  return names.map((name) => `\`${name}\``).join(how === 'all' ? ' and ' : ' or ');
}

function tableOf(ids) {
  const lines = ids.map(({ id, served }) => {
    const operation = described.get(id);
    const edition = operation['x-parley-edition'] === 'premium' ? 'Premium' : '';
    const [method, ...rest] = id.split(' ');
    return `| ${method} \`${rest.join(' ')}\` | ${servedWords[served] ?? served} | ${caller(operation)} | ${edition} | ${versions(operation)} | ${operation.summary} |`;
  });
  return ['| Route | Served | Who may call | Edition | Rocket.Chat | What it does |', '|---|---|---|---|---|---|', ...lines].join('\n');
}

function sections() {
  const byTag = new Map();
  for (const row of rows) {
    const [tag] = described.get(row.id).tags;
    byTag.set(tag, [...(byTag.get(tag) ?? []), row]);
  }
  const named = [...byTag].sort(([a], [b]) => (a < b ? -1 : 1));
  return named.map(([tag, ids]) => `## ${tag.replaceAll('_', ' ')}\n\n${tableOf(ids)}\n`).join('\n');
}

const count = rows.filter(({ served }) => served === 'native').length;
const text = `<!-- Written by \`make docs\` (tools/rocketchat-routes.mjs); \`make test\` fails when it is not current. -->
# The Rocket.Chat face, route by route

Paths are below \`/api/v1/\`, except \`api/info\`. The embedded backend serves ${count} of ${rows.length} routes; what it does not serve
yet answers 501 and names the route. With a Rocket.Chat workspace as the backend, the workspace answers.

*Who may call*: anybody (the route is public, or the visitor's token authorises it), any login, or the permissions that are
checked before anything else; a route may refuse more by itself. *Edition*: Premium routes are refused while
\`embedded.edition\` is \`community\`. *Rocket.Chat*: the versions that have the route, where not all have it.

Requests are judged as the published validators judge them (\`tests/e2e/validators.yaml\` lists the exceptions), answers have
the shapes of \`specs/rocketchat-livechat.yaml\`. Deliberate differences are listed in [differences.md](differences.md).

${sections()}`;

if (!check) {
  writeFileSync(page, text);
} else {
  let present = '';
  try {
    present = readFileSync(page, 'utf8');
  } catch {
    // There is no page: not current either.
  }
  if (present !== text) {
    console.error('docs/rocketchat.md is not current: run `make docs`');
    process.exit(1);
  }
}
