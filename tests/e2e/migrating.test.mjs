// docs/migrating.md: what it says to type is typed here. A workspace is Parley's own backend, which has the same routes; the
// openssl commands are run by tls.test.mjs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { commandsOf } from './support/certificates.mjs';
import { owner, Parley, repository, run, temporaryFolder } from './support/parley.mjs';
import { RocketChat } from './support/rocketchat.mjs';

let parley, administrator;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
});
after(() => parley?.stop());

const page = readFileSync(path.join(repository, 'docs/migrating.md'), 'utf8');

// The curl command whose first line holds `part`, run with these variables; its answer.
async function curl(part, variables) {
  const first = page.split('\n').find((line) => line.trim().startsWith('curl') && line.includes(part));
  assert.ok(first, `the page has no curl of ${part}`);
  const command = commandsOf('migrating.md', first.slice(4)).split('\n').map((line) => line.trim()).join('\n');
  const chosen = command.startsWith('curl') && command.includes('\\\n') ? command : first.trim();
  const { stdout } = await promisify(execFile)('bash', ['-euc', chosen], { env: { PATH: process.env.PATH, ...variables } });
  return JSON.parse(stdout);
}

test('an account for Parley, and a token that needs no second factor', async () => {
  const PASSWORD = 'a password nobody types';
  const as = { ADMIN_ID: administrator.session['X-User-Id'], ADMIN_TOKEN: administrator.session['X-Auth-Token'] };
  const made = await curl('users.create', { CHAT: parley.server, PASSWORD, ...as });
  assert.deepEqual([made.success, made.user.roles.sort()], [true, ['admin', 'bot']], JSON.stringify(made));
  const { data } = await curl('v1/login', { CHAT: parley.server, PASSWORD });
  const { token } = await curl('generatePersonalAccessToken', { CHAT: parley.server, PASSWORD, ID: data.userId, TOKEN: data.authToken });
  const account = new RocketChat(parley, { 'X-User-Id': data.userId, 'X-Auth-Token': token });
  assert.equal((await account.get('me')).username, 'parley');
  const { tokens } = await account.get('users.getPersonalAccessTokens');
  assert.deepEqual(tokens.map(({ name, bypassTwoFactor }) => [name, bypassTwoFactor]), [['parley', true]]);
});

test('the configuration of the page is one', () => {
  const folder = temporaryFolder();
  const secrets = { 'workspace.token': 'personal-access-token', 'webhook.token': 'from-openssl-rand', 'owner.key': owner.key };
  for (const [name, value] of Object.entries(secrets)) writeFileSync(path.join(folder, name), `${value}\n`);
  const text = commandsOf('migrating.md', 'server:').replaceAll('/etc/parley', folder);
  const file = path.join(folder, 'parley.yaml');
  writeFileSync(file, text);
  const settings = Object.fromEntries(['server__listen', 'admin__listen', 'store__url', 'data__directory', 'auth__bootstrap__login', 'auth__bootstrap__key'].map((key) => [key, undefined]));
  const { code, stdout, stderr } = run(['check', '--config', file], { settings });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ok: /);
});

test('groups have the numbers that were imported before they were shown', async () => {
  const folder = temporaryFolder();
  const first = await Parley.start({ folder });
  const chief = await RocketChat.login(first);
  const enabled = { enabled: true, showOnRegistration: true, showOnOfflineForm: true, email: 'sales@acme.test' };
  const ids = [];
  for (const name of ['Sales', 'Support', 'Late']) ids.push((await chief.post('livechat/department', { department: { ...enabled, name }, agents: [] })).department._id);
  // The lines of the page, for departments that are there.
  const lines = commandsOf('migrating.md', '{"kind":"group"').replace('q8Rw2nFhT6cJ4kLzX', ids[0]).replace('66f1c2d3e4b5a69788776655', ids[1]);
  const file = path.join(folder, 'ids.jsonl');
  writeFileSync(file, lines);
  assert.equal(run(['ids', 'import', file], { folder }).stdout, '3 pairs imported\n');
  const groups = await curl('$PARLEY/groups', { PARLEY: first.server, LOGIN: owner.login, KEY: owner.key });
  const numbers = Object.fromEntries(groups.map(({ name, id }) => [name, id]));
  assert.deepEqual([numbers.Sales, numbers.Support, numbers.Late], [3, 7, 8], JSON.stringify(groups));
  assert.ok(Array.isArray(await curl('$PARLEY/agents', { PARLEY: first.server, LOGIN: owner.login, KEY: owner.key })));
  assert.ok((await curl('$PARLEY/status/3', { PARLEY: first.server, LOGIN: owner.login, KEY: owner.key })).status);
  await first.stop();
});

test('what the page names is there', async () => {
  const metrics = await (await fetch(`${parley.admin}/metrics`)).text();
  for (const name of page.match(/http_server_[a-z_]+/g)) assert.ok(metrics.includes(name), name);
  for (const [, file] of page.matchAll(/\]\(([^)#]+)\)/g)) assert.ok(existsSync(path.join(repository, 'docs', file)), file);
  const options = run(['help']).stdout;
  for (const option of ['server.tls.certificate', 'server.tls.key', 'server.request_timeout', 'backend.url', 'auth.bootstrap', 'account.timezone'])
    assert.ok(page.includes(option) && options.includes(option), option);
});
