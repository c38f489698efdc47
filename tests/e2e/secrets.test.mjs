// Secrets at rest: in no byte of the store, back after a restart, and of no use without their key.
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, readdirSync, readFileSync, renameSync, statSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { livechat, ok } from './support/livechat.mjs';
import { adminKey, Parley, run, temporaryFolder } from './support/parley.mjs';
import { Receiver } from './support/receiver.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';

const folder = temporaryFolder();
const keyFile = path.join(folder, 'parley.secrets.key');
const settings = { outgoing__allow: '127.0.0.1', relay__retry_after: '50ms' };
let receiver, parley;
before(async () => {
  receiver = await Receiver.start();
  parley = await Parley.start({ folder, settings });
});
after(async () => {
  await parley?.stop();
  await receiver?.stop();
});

async function relay(method, path, body) {
  const response = await fetch(`${parley.admin}/admin/v1/relay/${path}`, {
    method,
    headers: { Authorization: `Bearer ${adminKey}`, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const json = await response.json();
  assert.equal(response.status, 200, JSON.stringify(json));
  return json;
}
async function until(condition) {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
// What stands in the files of the store.
const bytes = () => readdirSync(folder).filter((name) => /^parley\.db(-wal|-shm)?$/.test(name))
  .map((name) => readFileSync(path.join(folder, name), 'latin1')).join('\n');
const keys = (file = keyFile) => readFileSync(file, 'utf8').split('\n').filter((line) => line && !line.startsWith('#'));
const restart = async (options = {}) => {
  await parley.stop();
  parley = await Parley.start({ folder, settings: { ...settings, ...options } });
};
// What each receiver gets of a chat that begins, by its path.
let chats = 0;
async function begin() {
  receiver.say({ status: 200 });
  const visitor = new Visitor(parley, `secrets-visitor-${++chats}`);
  await visitor.register({ name: 'Ida Holm' });
  await visitor.open();
  await until(() => ['/lc', '/rc', '/admin'].every((url) => receiver.requests.some((request) => request.url === url)));
  return Object.fromEntries(receiver.requests.map((request) => [request.url, request]));
}
const signedWith = ({ secrets: [{ secret }] }, { body, headers }) => new Webhook(secret).verify(body, headers);

const told = {};
const secrets = {};
async function expectDeliveries() {
  const at = await begin();
  assert.equal(at['/rc'].headers['x-rocketchat-livechat-token'], 'rocketchat-s3cret');
  assert.equal(at['/admin'].headers.authorization, 'Bearer b34rer-of-the-endpoint');
  assert.equal(at['/lc'].headers.authorization, `Basic ${Buffer.from('ida:passw0rd').toString('base64')}`);
  assert.equal(JSON.parse(at['/lc'].body).token, told.webhook.token);
  assert.ok(signedWith(secrets.webhook, at['/lc']));
  assert.ok(signedWith(secrets.settings, at['/rc']));
  assert.ok(signedWith(secrets.endpoint, at['/admin']));
}

test('what is registered is in no byte of the store, and used all the same', async () => {
  const administrator = await RocketChat.login(parley);
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'nora@acme.test', name: 'Nora Quist', password: 'nora-password-1' } }));
  await makeAvailable(administrator, 'nora@acme.test');
  for (const [id, value] of Object.entries({ Livechat_secret_token: 'rocketchat-s3cret', Livechat_webhookUrl: `${receiver.url}/rc`, Livechat_webhook_on_start: true, SMTP_Password: 'smtp-passw0rd' })) await administrator.post(`settings/${id}`, { value });
  const url = `http://ida:passw0rd@127.0.0.1:${receiver.port}/lc`;
  const { events } = await ok(livechat(parley, 'POST', '/webhooks', { body: { event_type: 'chat_started', data_types: ['visitor'], url } }));
  told.webhook = events[0];
  told.endpoint = await relay('POST', 'endpoints', { dialect: 'neutral', url: `${receiver.url}/admin`, events: ['chat.started'], headers: { Authorization: 'Bearer b34rer-of-the-endpoint' } });
  for (const [name, id] of [['webhook', told.webhook.id], ['settings', 'settings'], ['endpoint', told.endpoint.id]]) secrets[name] = await relay('GET', `endpoints/${id}/secret`);
  assert.equal(secrets.endpoint.secrets[0].secret, told.endpoint.secret);
  const expectNoneStored = () => {
    const stored = bytes();
    assert.ok(stored.includes('SMTP_Password'), 'the files are the right ones');
    for (const secret of ['whsec_', 'rocketchat-s3cret', 'smtp-passw0rd', 'passw0rd', 'b34rer', told.webhook.token, ...Object.values(secrets).map(({ secrets: [{ secret }] }) => secret.slice(6))]) assert.ok(!stored.includes(secret), secret);
  };
  expectNoneStored();
  await expectDeliveries();
  // Deliveries are kept as well, LiveChat's without the token its body has.
  expectNoneStored();
  assert.ok(!parley.stderr.some((line) => /whsec_|s3cret|passw0rd|b34rer/.test(line)), 'nor in the log');
});

test('after a restart all of it is as before', async () => {
  await restart();
  const { secrets: again } = await relay('GET', `endpoints/${told.endpoint.id}/secret`);
  assert.equal(again[0].secret, told.endpoint.secret);
  await expectDeliveries();
});

test('the key is its owner’s alone, and nothing shows it', async () => {
  assert.equal(statSync(keyFile).mode & 0o777, 0o600);
  const [key] = keys();
  const shown = [run(['secrets', 'list'], { folder }).stdout, run(['doctor'], { folder }).stdout, run(['help'], { folder }).stdout, ...parley.stderr];
  assert.match(shown[0], /^[0-9a-f]{8} +\d+ records +seals\n$/);
  assert.match(shown[1], /^ok +secrets: are sealed with the keys in .*parley\.secrets\.key$/m);
  assert.ok(!shown.join('\n').includes(key));
  chmodSync(keyFile, 0o644);
  assert.match(run(['doctor'], { folder }).stdout, /^warning +secrets: .*may be read by every user.*\n +-> chmod 600 /m);
  chmodSync(keyFile, 0o600);
  for (const words of [['secrets'], ['secrets', 'show'], ['secrets', 'list', 'all']]) assert.equal(run(words, { folder }).code, 2, words.join(' '));
});

test('a new key seals everything anew, beside a running gateway', async () => {
  const [old] = keys();
  const { code, stdout } = run(['secrets', 'rotate'], { folder });
  assert.equal(code, 0);
  assert.match(stdout, /^\d+ records sealed with the new key [0-9a-f]{8}$/m);
  const [fresh, ...others] = keys();
  assert.notEqual(fresh, old);
  assert.deepEqual(others, [old]);
  await expectDeliveries();
  // What the gateway writes from now on, too.
  await relay('POST', `endpoints/${told.endpoint.id}/rotate`, { overlap_seconds: 3600 });
  secrets.endpoint = await relay('GET', `endpoints/${told.endpoint.id}/secret`);
  assert.deepEqual(run(['secrets', 'list'], { folder }).stdout.trim().split('\n').map((line) => line.replace(/^\S+ +/, '').replace(/ +/g, ' ')), ['7 records seals', '0 records opens']);
  assert.match(run(['secrets', 'prune'], { folder }).stdout, /^1 key dropped$/m);
  assert.deepEqual(keys(), [fresh]);
  await restart();
  await expectDeliveries();
});

test('a rotation that was interrupted is finished by the next start', async () => {
  await parley.stop();
  // The store of before, and the key file of after.
  const store = path.join(folder, 'parley.db');
  copyFileSync(store, `${store}.before`);
  run(['secrets', 'rotate'], { folder });
  copyFileSync(`${store}.before`, store);
  const [fresh, old] = keys();
  assert.ok(fresh && old);
  parley = await Parley.start({ folder, settings });
  await expectDeliveries();
  assert.match(run(['secrets', 'list'], { folder }).stdout, /^\S+ +\d\d* records +seals\n\S+ +0 records +opens\n$/);
});

test('without its key the store is refused, and says what to do', async () => {
  await parley.stop();
  const elsewhere = path.join(temporaryFolder(), 'kept.key');
  renameSync(keyFile, `${keyFile}.kept`);
  copyFileSync(`${keyFile}.kept`, elsewhere);
  const { code, stderr, stdout } = run(['serve'], { folder, settings });
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /parley\.secrets\.key is missing: put the key file .* back there .*, or name where it is with store\.secret_key_file/);
  const examined = run(['doctor'], { folder, settings });
  assert.equal(examined.code, 1);
  assert.match(examined.stdout, /^problem +store: .*parley\.secrets\.key is missing/m);
  // Another store's key is none.
  const other = temporaryFolder();
  run(['keys', 'list'], { folder: other });
  copyFileSync(path.join(other, 'parley.secrets.key'), keyFile);
  assert.match(run(['serve'], { folder, settings }).stderr, /sealed with the key [0-9a-f]{8}, which is not in .*parley\.secrets\.key/);
  unlinkSync(keyFile);
  // Named where it is, it is found there.
  parley = await Parley.start({ folder, settings: { ...settings, store__secret_key_file: elsewhere } });
  await expectDeliveries();
  renameSync(`${keyFile}.kept`, keyFile);
  await restart();
});
