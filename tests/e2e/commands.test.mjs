// The commands, as a user runs them.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { assertRefusal, livechat, ok } from './support/livechat.mjs';
import { owner, Parley, repository, run, temporaryFolder } from './support/parley.mjs';

test('check says how many operations are served how', () => {
  const { code, stdout, stderr } = run(['check']);
  assert.equal(code, 0, stderr);
  const [, total, ...parts] = stdout.trim().split('\n').at(-1)
    .match(/^ok: (\d+) operations: (\d+) native, (\d+) translated, (\d+) local, (\d+) planned, (\d+) unsupported$/);
  assert.equal(parts.map(Number).reduce((sum, part) => sum + part), Number(total));
});

test('check reports every problem at once, each with its place', () => {
  const folder = temporaryFolder();
  cpSync(path.join(repository, 'mappings'), path.join(folder, 'mappings'), { recursive: true });
  const groups = path.join(folder, 'mappings/livechat-v2/groups.yaml');
  const wrong = readFileSync(groups, 'utf8')
    .replace('call: GET livechat/department, all: departments', 'call: GET livechat/departement, all: departments')
    .replace('name: All operators', 'name: $nobody');
  writeFileSync(groups, wrong);
  writeFileSync(path.join(folder, 'parley.yaml'), 'server:\n  listen: nowhere\n  shards: many\ncolour: blue\n');
  const { code, stderr } = run(['check', '--config', path.join(folder, 'parley.yaml')], {
    settings: { server__listen: undefined, files__mappings: path.join(folder, 'mappings') },
  });
  assert.equal(code, 1);
  for (const place of [/parley\.yaml:2: server\.listen/, /parley\.yaml:3: server\.shards/, /parley\.yaml:4: .*colour/, /groups\.yaml:\d+: .*livechat\/departement/, /groups\.yaml:\d+: .*nobody/])
    assert.match(stderr, place);
  assert.match(stderr, /\d+ problems\n$/);
});

test('broken files are problems, not crashes', () => {
  const folder = temporaryFolder();
  for (const [name, content] of [['list', '- 1\n'], ['broken', 'a: [\n'], ['twice', 'log:\n  level: info\n  level: info\n'], ['binary', '\u0000\u0001']]) {
    const file = path.join(folder, `${name}.yaml`);
    writeFileSync(file, content);
    const { code, stderr } = run(['check', '--config', file]);
    assert.equal(code, 1, name);
    assert.match(stderr, new RegExp(`${name}\\.yaml`));
  }
  assert.match(run(['check', '--config', path.join(folder, 'absent.yaml')]).stderr, /absent\.yaml/);
  mkdirSync(path.join(folder, 'mappings/livechat-v2'), { recursive: true });
  for (const content of ['face: [\n', 'face: livechat\noperations:\n  Nothing: {answer: 1}\n', '- a\n', 'face: livechat\noperations:\n  GroupsGet: {answer: "{{{"}\n']) {
    writeFileSync(path.join(folder, 'mappings/livechat-v2/bad.yaml'), content);
    const { code, stderr } = run(['check', '--set', `files.mappings=${folder}/mappings`]);
    assert.equal(code, 1, content);
    assert.match(stderr, /bad\.yaml:\d+: /);
  }
});

test('serve refuses to start on a problem and says all of them', () => {
  const { code, stdout, stderr } = run(['serve', '--set', 'account.timezone=Moon', '--set', 'server.shrads=2']);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /account\.timezone/);
  assert.match(stderr, /did you mean server\.shards/);
});

test('a secret on the command line draws a warning', () => {
  assert.match(run(['check', '--set', 'admin.key=visible-to-all']).stderr, /^warning: --set admin\.key/);
});

test('routes lists every operation, as a table and as JSON', () => {
  const { operations } = JSON.parse(run(['routes', '--json']).stdout);
  assert.deepEqual(operations.find(({ id }) => id === 'GroupsGet'), {
    id: 'GroupsGet', face: 'livechat', method: 'GET', path: '/groups', served: 'translated',
    loses: operations.find(({ id }) => id === 'GroupsGet').loses,
  });
  const department = operations.find(({ id }) => id === 'GET livechat/department/{_id}');
  assert.deepEqual([department.face, department.path, department.served], ['rocketchat', '/api/v1/livechat/department/{_id}', 'native']);
  assert.ok(operations.every(({ loses }) => loses.every((name) => typeof name === 'string')));
  const detailed = JSON.parse(run(['routes', '--json', '--losses']).stdout).operations;
  assert.deepEqual(detailed.map(({ losses }) => losses.map(({ name }) => name)), operations.map(({ loses }) => loses));
  assert.ok(detailed.every(({ losses }) => losses.every((loss) => ['not_kept', 'made_up', 'not_shown'].includes(loss.kind) && loss.name && loss.reason)));
  const table = run(['routes', '--face', 'livechat']).stdout.trim().split('\n');
  assert.equal(table.length, operations.filter(({ face }) => face === 'livechat').length);
  assert.match(table.find((line) => line.includes(' GroupsGet ')), /livechat +GET +\/groups +GroupsGet +translated/);
});

test('explain shows the calls of a request without making them', () => {
  const { code, stdout } = run(['explain', 'PUT', '/v2/groups/3', '--body', '{"name":"Returns","agents":"a@b.test"}']);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /operation: GroupsABC123Put/);
  assert.match(stdout, /served: translated/);
  assert.match(stdout, /"group_id":3/);
  assert.match(stdout, /"agents":\["a@b\.test"\]/);
  assert.match(stdout, /wave 1\n +before: GET livechat\/department/);
  assert.match(stdout, /undone by PUT livechat\/department/);
});

test('explain names violations, losses and what is not served', () => {
  const refused = run(['explain', 'POST', '/agents', '--body', '{"login":"nonsense"}']);
  assert.equal(refused.code, 1);
  assert.match(refused.stdout, /refused with 400/);
  assert.match(refused.stdout, /login/);
  assert.match(refused.stdout, /name/);
  assert.match(run(['explain', 'GET', '/chats']).stdout, /loses: /);
  const { operations } = JSON.parse(run(['routes', '--json']).stdout);
  const planned = operations.find(({ served }) => served === 'planned');
  assert.match(run(['explain', planned.method, planned.path.replace(/\{[^}]*\}/g, '1')]).stdout, /served: planned/, planned.id);
  assert.match(run(['explain', 'GET', '/api/v1/livechat/rooms?agents[]=x']).stdout, /served: native/);
  const nowhere = run(['explain', 'GET', '/nowhere']);
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.stderr, /404/);
});

test('keys are added, listed and revoked while a gateway runs', async () => {
  const parley = await Parley.start();
  const { folder } = parley;
  const added = run(['keys', 'add', '--login', 'owner@acme.test', '--role', 'administrator'], { folder });
  assert.match(added.stdout, /^[0-9a-f]{32}\n$/);
  const as = { login: owner.login, key: added.stdout.trim() };
  await ok(livechat(parley, 'GET', '/agents', { as }));
  const token = run(['keys', 'add', '--login', 'owner@acme.test', '--role', 'owner', '--kind', 'pat', '--scopes', 'agents--all:ro, tags_read'], { folder });
  assert.match(token.stdout, /^dal:/);

  const listed = run(['keys', 'list'], { folder }).stdout.trim().split('\n');
  assert.equal(listed.length, 3);
  assert.ok(!listed.join('\n').includes(as.key));
  assert.match(listed.find((line) => line.includes('administrator')), /owner@acme\.test +administrator +key /);
  assert.match(listed.find((line) => line.includes(' pat ')), /agents--all:ro,tags_read/);

  const [id] = listed.find((line) => line.includes('administrator')).split(' ');
  assert.equal(run(['keys', 'revoke', id], { folder }).stdout, '1 key revoked\n');
  assertRefusal(await livechat(parley, 'GET', '/agents', { as }), 401);
  assert.equal(run(['keys', 'revoke', 'owner@acme.test'], { folder }).stdout, '2 keys revoked\n');
  assert.equal(run(['keys', 'revoke', 'owner@acme.test'], { folder }).code, 1);
  await parley.stop();
});

test('ids go out of one store and into another, which then knows them', async () => {
  const parley = await Parley.start();
  const { folder } = parley;
  const made = [];
  for (const name of ['Sales', 'Support']) made.push(await ok(livechat(parley, 'POST', '/groups', { body: { name, agents: [owner.login] } })));
  const file = path.join(folder, 'ids.jsonl');
  const exported = run(['ids', 'export', file], { folder });
  assert.match(exported.stdout, /^\d+ pairs exported\n$/, exported.stderr);
  const pairs = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(pairs.length, Number(exported.stdout.split(' ')[0]));
  const groups = pairs.filter(({ kind }) => kind === 'group');
  assert.deepEqual(groups.map(({ livechat_id: id }) => id), made.map(({ id }) => String(id)));
  assert.equal(run(['ids', 'import', file], { folder }).stdout, exported.stdout.replace('exported', 'imported'), 'what is there already');
  await parley.stop();

  const other = temporaryFolder();
  assert.equal(run(['ids', 'import', file], { folder: other }).code, 0);
  const again = path.join(other, 'again.jsonl');
  run(['ids', 'export', again], { folder: other });
  assert.equal(readFileSync(again, 'utf8'), readFileSync(file, 'utf8'));
  const successor = await Parley.start({ folder: other });
  const { id } = await ok(livechat(successor, 'POST', '/groups', { body: { name: 'Next', agents: [owner.login] } }));
  assert.equal(id, Math.max(...made.map((group) => group.id)) + 1, 'numbers go on after the imported ones');
  await successor.stop();
});

test('ids that contradict are refused as a whole, with line and both sides', () => {
  const folder = temporaryFolder();
  const write = (...lines) => {
    const file = path.join(folder, 'ids.jsonl');
    writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
    return file;
  };
  const group = (livechat_id, backend_id) => ({ kind: 'group', livechat_id, backend_id });
  assert.equal(run(['ids', 'import', write(group('3', 'd1'))], { folder }).stdout, '1 pair imported\n');
  const contradicting = run(['ids', 'import', write(group('4', 'd2'), group('5', 'd1'), group('3', 'd3'))], { folder });
  assert.equal(contradicting.code, 1);
  assert.match(contradicting.stderr, /ids\.jsonl:2: d1 is group 3 in the store, not 5\n.*ids\.jsonl:3: group 3 is d1 in the store, not d3\n.*nothing was imported/s);
  const malformed = run(['ids', 'import', write(group('4', 'd2'), '{"kind":"group"', group('x', 'd4'))], { folder });
  assert.match(malformed.stderr, /ids\.jsonl:2: invalid JSON.*\n.*ids\.jsonl:3: livechat_id of a group must be a whole number/);
  const file = path.join(folder, 'out.jsonl');
  assert.equal(run(['ids', 'export', file], { folder }).stdout, '1 pair exported\n', 'nothing of the refused ones');
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), group('3', 'd1'));
  assert.match(run(['ids', 'import', path.join(folder, 'absent')], { folder }).stderr, /absent cannot be read/);
  assert.match(run(['ids', 'export', path.join(folder, 'no/where')], { folder }).stderr, /cannot be written/);
});

test('mistakes on the command line are named and end with 2', () => {
  const mistakes = [
    [['serv'], /did you mean serve/],
    [['serve', '--confg', 'x'], /did you mean --config/],
    [['serve', '--config'], /--config needs a value/],
    [['serve', 'now'], /serve takes options only/],
    [['routes', '--face', 'telegram'], /livechat or rocketchat/],
    [['routes', '--json=yes'], /--json takes no value/],
    [['explain', 'GET'], /method and a path/],
    [['explain', 'FETCH', '/agents'], /FETCH/],
    [['explain', 'GET', 'agents'], /slash/],
    [['ids'], /export or import/],
    [['ids', 'list'], /export or import, not list/],
    [['ids', 'import'], /needs one file/],
    [['keys'], /add, list or revoke/],
    [['keys', 'add', '--login', 'a@b.test'], /--role/],
    [['keys', 'add', '--login', 'a@b.test', '--role', 'king'], /owner, administrator or normal/],
    [['keys', 'add', '--login', 'a@b.test', '--role', 'normal', '--scopes', 'x'], /--scopes/],
    [['keys', 'revoke'], /login or the beginning of an id/],
    [['demo', '--chats', 'many'], /--chats/],
    [['demo', '--seed', '-1'], /--seed/],
  ];
  for (const [words, expected] of mistakes) {
    const { code, stdout, stderr } = run(words);
    assert.equal(code, 2, words.join(' '));
    assert.equal(stdout, '');
    assert.match(stderr, expected, words.join(' '));
  }
  assert.equal(run(['check', '--set', 'novalue']).code, 2);
  assert.equal(run(['keys', 'add', '--login', 'nonsense', '--role', 'normal']).code, 1);
});

test('help lists the commands there are and every option', () => {
  const { code, stdout } = run(['help']);
  assert.equal(code, 0);
  for (const command of ['serve', 'demo', 'check', 'routes', 'explain', 'keys']) assert.match(stdout, new RegExp(`parley ${command}`));
  assert.match(stdout, /server\.listen +\S/);
  assert.equal(run(['--help']).stdout, stdout);
  assert.match(run(['--version']).stdout, /^parley \d+\.\d+\.\d+\n$/);
  assert.match(run(['keys', '--help']).stdout, /keys add --login/);
  assert.equal(run([]).code, 2);
});
