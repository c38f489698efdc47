// Starting, draining, restarting, reloading.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { basic, livechat, ok } from './support/livechat.mjs';
import { adminKey, owner, Parley, repository, run, temporaryFolder } from './support/parley.mjs';
import { RocketChat, Visitor, makeAvailable } from './support/rocketchat.mjs';

test('SIGTERM lets an answer in flight finish and ends with 0', async () => {
  const parley = await Parley.start();
  const { hostname, port } = new URL(parley.server);
  const socket = net.connect(Number(port), hostname);
  let received = '';
  socket.on('data', (bytes) => (received += bytes));
  const closed = new Promise((resolve) => socket.on('close', resolve));
  const body = JSON.stringify({ name: 'in flight', agents: [owner.login] });
  // The head is in, the body is not: a request in flight.
  socket.write(`POST /groups HTTP/1.1\r\nHost: x\r\nAuthorization: ${basic(owner)}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  assert.match(received, /^HTTP\/1\.1 100 /);
  parley.signal('SIGTERM');
  await parley.waitForLog(({ event }) => event === 'server.stopping');
  socket.write(body);
  await closed;
  assert.match(received, /HTTP\/1\.1 200 /, received);
  assert.match(received, /"name":"in flight"/);
  assert.deepEqual(await parley.exit, { code: 0, signal: null });
});

for (const signal of ['SIGTERM', 'SIGINT'])
  test(`${signal} ends an idle gateway with 0`, async () => {
    const parley = await Parley.start();
    assert.deepEqual(await parley.stop(signal), { code: 0, signal: null });
  });

test('a restart, even a hard one, keeps what was acknowledged', async () => {
  const folder = temporaryFolder();
  const first = await Parley.start({ folder });
  const administrator = await RocketChat.login(first);
  await ok(livechat(first, 'POST', '/agents', { body: { login: 'kim@acme.test', name: 'Kim', password: 'kim-password-1' } }));
  const group = await ok(livechat(first, 'POST', '/groups', { body: { name: 'Kept', agents: ['kim@acme.test'], language: 'nl' } }));
  await makeAvailable(administrator, 'kim@acme.test');
  const visitor = new Visitor(first, 'keeper');
  await visitor.register({ name: 'Keeper' });
  await visitor.open();
  await visitor.say('Remember me');
  const [chat] = (await ok(livechat(first, 'GET', '/chats?include_pending=1'))).chats;
  await first.stop('SIGKILL');

  const second = await Parley.start({ folder });
  assert.deepEqual(await ok(livechat(second, 'GET', `/groups/${group.id}`)), { ...group, status: 'accepting chats' });
  assert.deepEqual(await ok(livechat(second, 'GET', `/chats/${chat.id}`)), chat);
  // Sessions live on too.
  assert.equal((await new RocketChat(second, administrator.session).get('me')).username, 'admin');
  await second.stop();
});

test('without configured secrets they are made once and shown once', async () => {
  const folder = temporaryFolder();
  const settings = { admin__key: undefined, embedded__admin__password: undefined };
  const first = await Parley.start({ folder, settings });
  const said = first.stderr.join('\n');
  const [, password] = said.match(/administrator admin has the password (\S+)/) ?? assert.fail(said);
  const keyFile = path.join(folder, 'admin.key');
  assert.ok(said.includes(keyFile));
  assert.equal(statSync(keyFile).mode & 0o777, 0o600);
  const key = readFileSync(keyFile, 'utf8').trim();
  assert.equal((await fetch(`${first.admin}/admin/v1/routes`, { headers: { Authorization: `Bearer ${key}` } })).status, 200);
  await RocketChat.login(first, 'admin', password);
  await first.stop();

  const second = await Parley.start({ folder, settings });
  assert.ok(!second.stderr.join('\n').includes('password'));
  await RocketChat.login(second, 'admin', password);
  await second.stop();
});

test('a busy port is named, with how to choose another', async () => {
  const parley = await Parley.start();
  const taken = new URL(parley.server).host;
  const second = run(['serve'], { settings: { server__listen: taken } });
  assert.equal(second.code, 1);
  assert.match(second.stderr, new RegExp(taken.replaceAll('.', '\\.')));
  assert.match(second.stderr, /server\.listen/);
  await parley.stop();
});

test('SIGHUP and the admin API load changed mappings; a mistake keeps the old ones', async () => {
  const mappings = path.join(temporaryFolder(), 'mappings');
  cpSync(path.join(repository, 'mappings'), mappings, { recursive: true });
  const parley = await Parley.start({ settings: { files__mappings: mappings } });
  const file = path.join(mappings, 'livechat-v2/groups.yaml');
  const original = readFileSync(file, 'utf8');
  const name = async () => (await ok(livechat(parley, 'GET', '/groups/0'))).name;
  assert.equal(await name(), 'All operators');

  writeFileSync(file, original.replace('name: All operators', 'name: Everybody'));
  parley.signal('SIGHUP');
  await parley.waitForLog(({ event }) => event === 'reload.done');
  assert.equal(await name(), 'Everybody');

  writeFileSync(file, original.replace('name: All operators', 'name: $nobody | nothing'));
  parley.signal('SIGHUP');
  await parley.waitForLog(({ event }) => event === 'reload.refused');
  assert.equal(await name(), 'Everybody');
  const headers = { Authorization: `Bearer ${adminKey}` };
  const refused = await fetch(`${parley.admin}/admin/v1/reload`, { method: 'POST', headers });
  assert.equal(refused.status, 422);
  assert.match(await refused.text(), /groups\.yaml:\d+/);

  writeFileSync(file, original);
  assert.equal((await fetch(`${parley.admin}/admin/v1/reload`, { method: 'POST', headers })).status, 200);
  assert.equal(await name(), 'All operators');
  await parley.stop();
});

test('demo: every printed curl line works on the company it made', async () => {
  const { execFileSync } = await import('node:child_process');
  const parley = await Parley.start({
    command: ['demo', '--seed', '7', '--chats', '12'],
    settings: { store__url: undefined, data__directory: undefined, auth__bootstrap__login: undefined, auth__bootstrap__key: undefined,
      embedded__admin__password: undefined, admin__key: undefined },
  });
  await parley.waitForOutput((line) => line.includes('Ctrl-C'));
  const lines = parley.stdout.filter((line) => line.startsWith('  curl '));
  assert.ok(lines.length >= 8, parley.stdout.join('\n'));
  const answers = lines.map((line) => JSON.parse(execFileSync('sh', ['-c', `${line} --silent --show-error --fail-with-body`], { encoding: 'utf8' })));
  const [agents, groups, chats] = answers;
  assert.equal(agents.length, 6);
  assert.deepEqual(groups.map(({ name }) => name).sort(), ['All operators', 'Billing', 'Sales', 'Support']);
  assert.ok(chats.chats.length > 0);
  const [key] = lines[0].match(/[0-9a-f]{32}/);
  const all = await ok(livechat(parley, 'GET', '/chats?include_pending=1', { as: { login: 'mara@ashandalder.example', key } }));
  assert.equal(all.total, 13);
  const [begun, held] = [all.chats.filter(({ messages }) => messages.length === 0), all.chats.filter(({ messages }) => messages.length > 0)];
  assert.equal(begun.length, 1);  // by the last of the curl lines
  assert.ok(held.every(({ agents: who, messages }) => who.length > 0 || messages.every(({ user_type }) => user_type !== 'agent')));
  assert.equal(all.chats.filter(({ pending }) => pending).length, 3);
  const folder = path.dirname(parley.stderr.join('\n').match(/(\S+)\/admin\.key/)[0]);
  assert.deepEqual(await parley.stop('SIGINT'), { code: 0, signal: null });
  assert.ok(!existsSync(folder));
});
