// The gateway inside TLS, with a private authority, as its clients meet it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Authority, secureRequest, servingWith } from './support/certificates.mjs';
import { basic } from './support/livechat.mjs';
import { admin, adminKey, binary, environment, owner, Parley, repository, run, temporaryFolder } from './support/parley.mjs';

let authority, files, parley;
before(async () => {
  authority = new Authority();
  files = authority.issue();
  parley = await Parley.start({ settings: servingWith(files) });
});
after(() => parley?.stop());

const ask = (target, options = {}) => secureRequest(parley.server + target, { ca: authority.certificate, ...options });
const asOwner = { Authorization: basic(owner), 'X-API-Version': '2' };

async function rocketchat(method, route, body, headers = {}) {
  const answer = await ask(`/api/v1/${route}`, { method, headers: { 'Content-Type': 'application/json', ...headers }, body: body && JSON.stringify(body) });
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}
async function administrator() {
  const { data } = await rocketchat('POST', 'login', { user: admin.username, password: admin.password });
  return { 'X-Auth-Token': data.authToken, 'X-User-Id': data.userId };
}

test('the ready line says https, and both faces answer', async () => {
  assert.match(parley.server, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.match(parley.admin, /^http:\/\/127\.0\.0\.1:\d+$/, 'the admin port stays as it is');
  const agents = await ask('/agents', { headers: asOwner });
  assert.equal(agents.status, 200, agents.text);
  assert.ok(agents.json.some(({ login }) => login === owner.login));
  const session = await administrator();
  assert.equal((await rocketchat('GET', 'me', undefined, session)).username, admin.username);
});

test('only whoever trusts the authority gets an answer', async () => {
  await assert.rejects(secureRequest(`${parley.server}/agents`), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  await assert.rejects(ask('/agents', { servername: 'localhost', headers: asOwner }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('plain HTTP on the port is told so and ended', async () => {
  const { hostname, port } = new URL(parley.server);
  const socket = net.connect(Number(port), hostname);
  let received = '';
  socket.on('data', (bytes) => (received += bytes));
  socket.write('GET /agents HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'close'); // an error, such as a reset, would be thrown here
  assert.match(received, /^HTTP\/1\.1 400 /);
  assert.match(received, /HTTPS only/);
});

test('addresses of files are those of https', async () => {
  const session = await administrator();
  await rocketchat('POST', 'settings/Livechat_accept_chats_with_no_agents', { value: true }, session);
  await rocketchat('POST', 'livechat/visitor', { visitor: { token: 'sender', name: 'sender' } });
  const { room } = await rocketchat('GET', 'livechat/room?token=sender');
  const boundary = 'one-part';
  const sent = await ask(`/api/v1/livechat/upload/${room._id}`, {
    method: 'POST', headers: { 'x-visitor-token': 'sender', 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--${boundary}--\r\n`,
  });
  assert.equal(sent.status, 200, sent.text);
  const { json: { chats: [chat] } } = await ask('/chats?include_pending=1', { headers: asOwner });
  const [address] = chat.events.find(({ type }) => type === 'attachment').files;
  assert.ok(address.startsWith(`${parley.server}/file-upload/`), address);
  const file = await secureRequest(`${address}?rc_token=sender&rc_rid=${room._id}&rc_room_type=l`, { ca: authority.certificate });
  assert.deepEqual([file.status, file.text], [200, 'hello']);
});

test('bodies larger than every buffer go in and come back; larger than allowed is refused', async () => {
  const session = await administrator();
  const value = 'x'.repeat(5_000_000);
  await rocketchat('POST', 'settings/Livechat_offline_message', { value }, session);
  const setting = await rocketchat('GET', 'settings/Livechat_offline_message', undefined, session);
  assert.ok(setting.value === value, String(setting.value?.length));
  const refused = await ask('/agents', { method: 'POST', headers: { ...asOwner, 'Content-Length': 11_000_000 }, body: 'x' });
  assert.equal(refused.status, 413);
});

// ---- new certificates

test('SIGHUP and the admin API take up a new certificate; a broken one changes nothing', async () => {
  const folder = temporaryFolder();
  const served = { certificate: path.join(folder, 'served.pem'), key: path.join(folder, 'served.key') };
  const put = ({ certificate, key }) => {
    copyFileSync(certificate, served.certificate);
    copyFileSync(key, served.key);
  };
  put(files);
  const other = await Parley.start({ settings: servingWith(served) });
  const get = (agent) => secureRequest(`${other.server}/agents`, { ca: authority.certificate, headers: asOwner, agent });
  const reload = () => fetch(`${other.admin}/admin/v1/reload`, { method: 'POST', headers: { Authorization: `Bearer ${adminKey}` } });
  const kept = new https.Agent({ keepAlive: true, maxSockets: 1 });
  const first = (await get(kept)).peer;

  put(authority.issue('IP:127.0.0.1', 'second'));
  assert.equal((await get()).peer, first, 'until it is told');
  other.signal('SIGHUP');
  await other.waitForLog(({ event }) => event === 'reload.done');
  const second = (await get()).peer;
  assert.notEqual(second, first);
  assert.equal((await get(kept)).status, 200, 'a connection that is open goes on');

  writeFileSync(served.certificate, 'half of a certif');
  other.signal('SIGHUP');
  const { file } = await other.waitForLog(({ event }) => event === 'reload.problem');
  assert.equal(file, served.certificate);
  await other.waitForLog(({ event }) => event === 'reload.refused');
  const refused = await reload();
  assert.equal(refused.status, 422);
  assert.match((await refused.json()).problems.join(), /served\.pem: is not a PEM file/);
  assert.equal((await get()).peer, second);

  put(authority.issue('IP:127.0.0.1', 'third'));
  assert.equal((await reload()).status, 200);
  assert.notEqual((await get()).peer, second);
  kept.destroy();
  assert.deepEqual(await other.stop(), { code: 0, signal: null });
});

test('files that cannot be used are named, by start and by check', () => {
  const folder = temporaryFolder();
  const stranger = authority.issue('IP:127.0.0.1', 'stranger');
  const garbage = path.join(folder, 'garbage.pem');
  writeFileSync(garbage, 'hello');
  const absent = path.join(folder, 'absent.pem');
  for (const [certificate, key, says] of [
    [absent, files.key, /absent\.pem: No such file/],
    [files.certificate, garbage, /garbage\.pem: is not a PEM file of a private key/],
    [files.certificate, stranger.key, /stranger\.key: is not the key of the certificate in .*server\.pem/],
  ])
    for (const command of ['serve', 'check']) {
      const { code, stdout, stderr } = run([command], { settings: servingWith({ certificate, key }) });
      assert.equal(code, 1, command);
      assert.equal(stdout, '', 'no port was bound');
      assert.match(stderr, says);
    }
  assert.equal(run(['check'], { settings: servingWith(files) }).code, 0);
});

// ---- a client that knows LiveChat's address only

// Twice: with the line in /etc/hosts and port 443, as docs/migrating.md has it, on a machine made of namespaces; and, where
// these are not to be had, with a proxy that stands in for both. The client is unchanged either way, and verifies the
// certificate of that name against the private authority.
async function tunnelsTo(parley) {
  const asked = [];
  const proxy = http.createServer((_, response) => response.writeHead(400).end());
  proxy.on('connect', (request, client, head) => {
    asked.push(request.url);
    const { hostname, port } = new URL(parley.server);
    const upstream = net.connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return { asked, url: `http://127.0.0.1:${proxy.address().port}`, close: () => proxy.close() };
}

const script = `
  const { LiveChatApi } = require(process.env.CLIENT);
  const api = new LiveChatApi(process.env.LOGIN, process.env.KEY);
  const say = (name) => new Promise((resolve) => {
    const [resource, method] = name.split('.');
    api[resource][method](method === 'create' ? { name: 'Through the old address', agents: [process.env.LOGIN] } : {}, resolve);
  });
  (async () => {
    const group = await say('groups.create');
    const agents = await say('agents.list');
    console.log(JSON.stringify({ group, agents }, (_, value) => value instanceof Error ? String(value) : value));
  })();`;

const clientEnvironment = { PATH: process.env.PATH, CLIENT: path.join(repository, 'tests/e2e/node_modules/livechatapi'), LOGIN: owner.login, KEY: owner.key };

async function outputOf(child) {
  let output = '', complaints = '';
  child.stdout.on('data', (bytes) => (output += bytes));
  child.stderr.on('data', (bytes) => (complaints += bytes));
  await once(child, 'close');
  assert.ok(output, complaints);
  return JSON.parse(output);
}
const runPublishedClient = (variables) =>
  outputOf(spawn(process.execPath, ['-e', script], { env: { ...clientEnvironment, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] }));

function assertServed({ group, agents }) {
  assert.equal(group.name, 'Through the old address', JSON.stringify(group));
  assert.deepEqual(group.agents, [owner.login]);
  assert.deepEqual(agents.map(({ login }) => login), [owner.login]);
  assert.equal(agents[0].avatar.split('/')[0], 'api.livechatinc.com');
}
const assertDistrusted = ({ agents }) =>
  assert.match(JSON.stringify(agents), /unable to verify|self.signed|certificate/i, 'without the authority it must not go on');

test('the published client, unchanged, with its own address', async () => {
  const parley = await Parley.start({ settings: servingWith(authority.issue('DNS:api.livechatinc.com', 'api.livechatinc.com')) });
  const tunnel = await tunnelsTo(parley);
  assertServed(await runPublishedClient({ HTTPS_PROXY: tunnel.url, NODE_EXTRA_CA_CERTS: authority.file }));
  assert.ok(tunnel.asked.length > 0 && tunnel.asked.every((target) => target === 'api.livechatinc.com:443'), tunnel.asked.join());
  assertDistrusted(await runPublishedClient({ HTTPS_PROXY: tunnel.url }));
  tunnel.close();
  await parley.stop();
});

// A machine of its own: root of its mounts and its network, nobody else's.
const machine = ['unshare', '--map-root-user', '--mount', '--net', '--fork', '--kill-child'];
const machinePath = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
const noMachine = spawnSync(machine[0], [...machine.slice(1), 'ip', 'link', 'set', 'lo', 'up'], { env: machinePath }).status === 0
  ? false : 'user namespaces (or the command ip) are not to be had here';

test('the same on a machine whose hosts file leads there', { skip: noMachine }, async () => {
  const folder = temporaryFolder();
  const hosts = path.join(folder, 'hosts');
  writeFileSync(hosts, '127.0.0.1 localhost api.livechatinc.com\n');
  const settings = { ...servingWith(authority.issue('DNS:api.livechatinc.com', 'api.livechatinc.com')), server__listen: '127.0.0.1:443' };
  const commands = `
    ip link set lo up
    mount --bind "$HOSTS" /etc/hosts
    coproc gateway { exec "$PARLEY" serve 2>"$FOLDER/log"; }
    read -r ready <&"\${gateway[0]}" || { cat "$FOLDER/log" >&2; exit 1; }
    "$NODE" -e "$SCRIPT"
    kill "$gateway_PID"`;
  const tryIt = (variables) => outputOf(spawn(machine[0], [...machine.slice(1), 'bash', '-euc', commands], {
    cwd: repository,
    env: { ...environment(folder, settings), ...clientEnvironment, ...machinePath, PARLEY: binary, FOLDER: folder, HOSTS: hosts, NODE: process.execPath, SCRIPT: script, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  }));
  assertServed(await tryIt({ NODE_EXTRA_CA_CERTS: authority.file }));
  assertDistrusted(await tryIt({}));
});
