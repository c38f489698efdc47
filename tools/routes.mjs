#!/usr/bin/env node
// The lists of operations in docs/livechat-v2.md and docs/rocketchat.md, from `parley routes` and specs/. What stands in the
// pages outside of the two markers is written by hand.
//
//   tools/routes.mjs [BINARY]           writes the lists
//   tools/routes.mjs --check [BINARY]   exit 1 when a page is not what would be written
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const yaml = createRequire(path.join(repository, 'tests/e2e/package.json'))('js-yaml');

const check = process.argv[2] === '--check';
const binary = path.resolve(process.argv[check ? 3 : 2] ?? path.join(repository, 'build/parley'));

// [{id, method, path, served, losses, operation}] of a face; `operation` as its spec describes it.
function rowsOf(face, specFile) {
  const spec = yaml.load(readFileSync(path.join(repository, 'specs', specFile), 'utf8'));
  const described = new Map(Object.values(spec.paths).flatMap((methods) => Object.values(methods)).map((operation) => [operation.operationId, operation]));
  const listed = execFileSync(binary, ['routes', '--face', face, '--json', '--losses'], { cwd: repository, encoding: 'utf8' });
  return JSON.parse(listed).operations.map((row) => ({ ...row, operation: described.get(row.id) }));
}

const code = (text) => `\`${text}\``;
const cells = (values) => `| ${values.join(' | ')} |`;
const tableOf = (columns, lines) => [cells(columns), `${'|---'.repeat(columns.length)}|`, ...lines.map(cells)].join('\n');

// The values of `items` by key, in the order in which the keys come first.
function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups];
}

// A heading for each tag of the spec, with what `bodyOf` makes of its rows.
function sections(level, rows, bodyOf) {
  const byTag = grouped(rows, ({ operation }) => operation.tags[0]).sort(([a], [b]) => (a < b ? -1 : 1));
  return byTag.map(([tag, ofTag]) => `${level} ${tag.replaceAll('_', ' ')}\n\n${bodyOf(ofTag)}\n`).join('\n');
}

function livechatList() {
  const callers = { administrator: 'administrators', self: 'the agent', 'self-or-administrator': 'the agent, administrators' };
  const caller = (operation) => (operation['x-parley-auth'] === 'none' ? 'anybody' : callers[operation['x-parley-role']] ?? 'any agent');
  const scopes = (operation) => (operation['x-parley-scopes'] ?? []).map((entry) => entry.split(' ').map(code).join(' and ')).join(' or ');
  const lineOf = ({ method, path: template, served, operation }) =>
    [`${method} ${code(template)}`, served, caller(operation), scopes(operation), operation.summary];
  const words = { not_kept: 'Not kept by', made_up: 'The same for all in', not_shown: 'Not shown by' };
  const lossesOf = (rows) => {
    const all = rows.flatMap(({ method, path: template, losses }) => losses.map((loss) => ({ ...loss, by: `${method} ${code(template)}` })));
    const distinct = (values) => [...new Set(values)].join(', ');
    return grouped(all, ({ kind, reason }) => `${words[kind]}|${reason}`).map(([key, same]) => {
      const [word, reason] = key.split('|');
      return `- ${word} ${distinct(same.map(({ by }) => by))}: ${distinct(same.map(({ name }) => code(name)))}. Reason: ${reason}.`;
    });
  };
  return sections('###', rowsOf('livechat', 'livechat-v2.yaml'), (rows) => {
    const table = tableOf(['Call', 'Served', 'Who may call', 'Scopes of bearer tokens', 'What it does'], rows.map(lineOf));
    const losses = lossesOf(rows);
    return losses.length === 0 ? table : `${table}\n\n${losses.join('\n')}`;
  });
}

function rocketchatList() {
  const servedWords = { native: 'yes', planned: 'not yet (501)', unsupported: 'no (501)' };
  const versions = ({ 'x-parley-since': since, 'x-parley-removed': removed }) =>
    [since && `from ${since}`, removed && `before ${removed}`].filter(Boolean).join(', ');
  const caller = (operation) => {
    const permission = operation['x-parley-permission'];
    if (operation.security?.length === 0) return 'anybody';
    if (permission === undefined) return 'a login';
    if (typeof permission === 'string') return code(permission);
    const [[how, names]] = Object.entries(permission);
    return names.map(code).join(how === 'all' ? ' and ' : ' or ');
  };
  const lineOf = ({ id, served, operation }) => {
    const [method, ...rest] = id.split(' ');
    const edition = operation['x-parley-edition'] === 'premium' ? 'Premium' : '';
    return [`${method} ${code(rest.join(' '))}`, servedWords[served] ?? served, caller(operation), edition, versions(operation), operation.summary];
  };
  const rows = rowsOf('rocketchat', 'rocketchat-livechat.yaml');
  const count = rows.filter(({ served }) => served === 'native').length;
  const columns = ['Route', 'Served', 'Who may call', 'Edition', 'Rocket.Chat', 'What it does'];
  return `The embedded backend serves ${count} of ${rows.length} routes.\n\n${sections('##', rows, (ofTag) => tableOf(columns, ofTag.map(lineOf)))}`;
}

const begin = '<!-- From here on written by `make docs` (tools/routes.mjs); `make test` fails when it is not current. -->\n';
const end = '<!-- Up to here. -->\n';

// The page with `list` between its markers.
function pageWith(text, list, name) {
  const [before, rest, ...twice] = text.split(begin);
  const after = rest?.split(end);
  if (twice.length > 0 || after?.length !== 2) throw new Error(`${name} must have the two markers of tools/routes.mjs, once each`);
  return `${before}${begin}\n${list}\n${end}${after[1]}`;
}

let current = true;
for (const [name, listOf] of [['docs/livechat-v2.md', livechatList], ['docs/rocketchat.md', rocketchatList]]) {
  const file = path.join(repository, name);
  const present = readFileSync(file, 'utf8');
  const wanted = pageWith(present, listOf(), name);
  if (!check) writeFileSync(file, wanted);
  if (check && present !== wanted) {
    console.error(`${name} is not current: run \`make docs\``);
    current = false;
  }
}
process.exit(current ? 0 : 1);
