// Webhooks: what a receiver gets of what happens, signed, again and again until it took it, across crashes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { livechat, ok, publishedClient } from './support/livechat.mjs';
import { adminKey, binary, environment, Parley, repository, run, temporaryFolder } from './support/parley.mjs';
import { Receiver } from './support/receiver.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';

const settings = { outgoing__allow: '127.0.0.1,::1', relay__retry_after: '50ms,50ms,50ms', relay__jitter_percent: '0' };
let receiver, parley, administrator, client;
before(async () => {
  receiver = await Receiver.start();
  parley = await Parley.start({ settings });
  administrator = await RocketChat.login(parley);
  client = publishedClient(parley);
});
after(async () => {
  await parley?.stop();
  await receiver?.stop();
});

// The relay's part of the admin API.
async function relay(method, path, body, { at = parley, key = adminKey } = {}) {
  const response = await fetch(`${at.admin}/admin/v1/relay/${path}`, {
    method,
    headers: { ...(key ? { Authorization: `Bearer ${key}` } : {}), 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}
async function relayOk(method, path, body, options) {
  const answer = await relay(method, path, body, options);
  assert.equal(answer.status, 200, JSON.stringify(answer.json));
  return answer.json;
}
const register = (members, options) => relayOk('POST', 'endpoints', { url: `${receiver.url}/hook`, ...members }, options);
const remove = (id) => relayOk('DELETE', `endpoints/${id}`);
const settled = (endpoint) => async () => {
  const { deliveries } = await relayOk('GET', `deliveries?endpoint=${endpoint}&status=pending`);
  return deliveries.length === 0;
};
// Asks until it is so; the test's own timeout ends it.
async function until(condition) {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
const received = (count) => until(() => receiver.requests.length >= count);
let visitors = 0;
async function chat(at = parley, members = {}) {
  const visitor = new Visitor(at, `relay-visitor-${++visitors}`);
  await visitor.register({ name: 'Ida Holm', email: 'ida@buyer.test', ...members });
  return { visitor, room: await visitor.open() };
}

test('LiveChat’s webhook tells of a chat as its API does, and is signed', async () => {
  await client.agents.create({ login: 'nora@acme.test', name: 'Nora Quist', password: 'nora-password-1' });
  await makeAvailable(administrator, 'nora@acme.test');
  const made = {};
  for (const event of ['chat_started', 'chat_ended']) {
    const { events } = await ok(livechat(parley, 'POST', '/webhooks', { body: { event_type: event, data_types: ['chat', 'visitor', 'pre_chat_survey'], url: `http://user:secret@127.0.0.1:${receiver.port}/lc` } }));
    made[event] = events[0];
  }
  receiver.say({ status: 200 });
  const { visitor, room } = await chat();
  await visitor.say('Hello');
  await visitor.close();
  await received(2);
  const told = receiver.requests.map((request) => ({ ...request, json: JSON.parse(request.body) }));
  const [started, ended] = ['chat_started', 'chat_ended'].map((type) => told.find(({ json }) => json.event_type === type));
  for (const { json, headers, url } of [started, ended]) {
    assert.equal(url, '/lc');
    assert.equal(headers.authorization, `Basic ${Buffer.from('user:secret').toString('base64')}`);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(json.token, made[json.event_type].token);
    assert.equal(json.license_id, '100001');
    assert.equal(json.visitor.name, 'Ida Holm');
  }
  const { chats: [archived] } = await ok(livechat(parley, 'GET', '/chats'));
  assert.equal(ended.json.chat.id, archived.id);
  assert.equal(ended.json.visitor.id, archived.visitor_id);
  assert.equal(ended.json.chat.started_timestamp, archived.started_timestamp);
  assert.equal(ended.json.chat.ended_timestamp, archived.ended_timestamp);
  assert.deepEqual(ended.json.chat.messages.map(({ user_type, text }) => [user_type, text]), [['visitor', 'Hello']]);
  assert.deepEqual(ended.json.chat.agents, [{ name: 'Nora Quist', login: 'nora@acme.test' }]);
  assert.equal(started.json.chat.ended_timestamp, undefined);

  const { secrets } = await relayOk('GET', `endpoints/${made.chat_ended.id}/secret`);
  assert.deepEqual(new Webhook(secrets[0].secret).verify(ended.body, ended.headers), ended.json);
  assert.throws(() => new Webhook(secrets[0].secret).verify(`${ended.body} `, ended.headers));
  for (const { id } of Object.values(made)) await ok(livechat(parley, 'DELETE', `/webhooks/${id}`));
  assert.ok(room._id);
});

test('Rocket.Chat’s webhook of the settings tells of each step with its token', async () => {
  const set = async (values) => {
    for (const [id, value] of Object.entries(values)) await administrator.post(`settings/${id}`, { value });
  };
  await set({ Livechat_secret_token: 's3cret', Livechat_webhookUrl: `${receiver.url}/rc`, Livechat_webhook_on_start: true, Livechat_webhook_on_chat_taken: true, Livechat_webhook_on_close: true, Livechat_webhook_on_visitor_message: true });
  receiver.say({ status: 200, body: 'noted' });
  const { visitor, room } = await chat();
  await received(2);
  await until(settled('settings'));
  const said = await visitor.say('Is it open?');
  await received(3);
  await visitor.close();
  await received(4);
  await until(settled('settings'));
  const told = receiver.requests.map(({ body }) => JSON.parse(body));
  assert.deepEqual(told.map(({ type }) => type).sort(), ['LivechatSession', 'LivechatSessionStart', 'LivechatSessionTaken', 'Message']);
  for (const { headers } of receiver.requests) assert.equal(headers['x-rocketchat-livechat-token'], 's3cret');
  for (const body of told) assert.equal(body._id, room._id);
  const message = told.find(({ type }) => type === 'Message');
  assert.deepEqual(message.messages.map(({ _id, msg }) => [_id, msg]), [[said._id, 'Is it open?']]);
  const session = told.find(({ type }) => type === 'LivechatSession');
  assert.equal(session.closer, 'visitor');
  assert.equal(session.agent.username, room.servedBy.username);
  assert.equal(session.messages.at(-1).closingMessage, true);
  assert.equal(session.crmData, 'noted');
  await set({ Livechat_webhookUrl: '' });
});

test('a receiver that fails is asked again with the same id, and every attempt is on record', async () => {
  const { id } = await register({ events: ['chat.started'] });
  let asked = 0;
  receiver.say(() => (++asked < 3 ? { status: 503, body: 'not now' } : { status: 204, body: '' }));
  await chat();
  await received(3);
  await until(settled(id));
  assert.equal(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size, 1);
  const { deliveries: [delivery] } = await relayOk('GET', `deliveries?endpoint=${id}`);
  assert.equal(delivery.status, 'delivered');
  assert.equal(delivery.attempts, 3);
  const { attempts } = await relayOk('GET', `deliveries/${delivery.id}/attempts`);
  assert.deepEqual(attempts.map(({ number, status, response }) => [number, status, response]), [[1, 503, 'not now'], [2, 503, 'not now'], [3, 204, '']]);
  await remove(id);
});

test('one that is given up keeps its reason and can be sent again', async () => {
  const { id, secret } = await register({ events: ['chat.started'] });
  receiver.say({ status: 500 });
  await chat();
  await received(4);
  await until(settled(id));
  const { deliveries: [dead] } = await relayOk('GET', `deliveries?endpoint=${id}&status=dead`);
  assert.equal(dead.reason, 'answered 500');
  receiver.say({ status: 200 });
  await relayOk('POST', `deliveries/${dead.id}/resend`);
  await received(1);
  const [{ body, headers }] = receiver.requests;
  assert.equal(headers['webhook-id'], dead.id);
  new Webhook(secret).verify(body, headers);
  await remove(id);
});

test('a changed secret is used beside the old one for a while', async () => {
  const { id, secret } = await register({ events: ['chat.started'] });
  const { secrets } = await relayOk('POST', `endpoints/${id}/rotate`, { overlap_seconds: 3600 });
  receiver.say({ status: 200 });
  await chat();
  await received(1);
  const [{ body, headers }] = receiver.requests;
  for (const key of [secret, secrets[0].secret]) new Webhook(key).verify(body, headers);
  await remove(id);
});

test('in order per chat, where that is asked for', async () => {
  const { id } = await register({ events: ['chat.message'], ordered: true, concurrency: 16 });
  let turns = 0;
  receiver.say(() => ({ status: ++turns % 3 === 0 ? 500 : 200 }));
  const { visitor } = await chat();
  const texts = Array.from({ length: 12 }, (_, i) => `line ${i}`);
  for (const text of texts) await visitor.say(text);
  // Each text by its first sight.
  const seen = () => [...new Set(receiver.requests.map(({ body }) => JSON.parse(body).data.text))].filter((text) => text?.startsWith('line'));
  await until(() => seen().length === texts.length);
  await until(settled(id));
  assert.deepEqual(seen(), texts);
  await remove(id);
});

for (const [how, signal] of [['a crash', 'SIGKILL'], ['a stop', 'SIGTERM']]) {
  test(`what was under way at ${how} is delivered after it, with the id it had`, async () => {
    const folder = temporaryFolder();
    const own = { ...settings, relay__retry_after: '1h' };
    const first = await Parley.start({ folder, settings: own });
    const endpoint = await register({ events: ['chat.started'] }, { at: first });
    receiver.say(undefined); // never answers
    const { room } = await chat(first);
    await received(1);
    const id = receiver.requests[0].headers['webhook-id'];
    await first.stop(signal);
    receiver.say({ status: 200 });
    const second = await Parley.start({ folder, settings: own });
    await received(1);
    assert.equal(receiver.requests[0].headers['webhook-id'], id);
    assert.equal(JSON.parse(receiver.requests[0].body).subject, room._id);
    new Webhook(endpoint.secret).verify(receiver.requests[0].body, receiver.requests[0].headers);
    // What was given up at the stop is no attempt that failed.
    await until(async () => (await relay('GET', `deliveries/${id}`, undefined, { at: second })).json.status === 'delivered');
    const { attempts } = await relayOk('GET', `deliveries/${id}/attempts`, undefined, { at: second });
    assert.deepEqual(attempts.map(({ status }) => status), [200]);
    await second.stop();
  });
}

test('a receiver that says it is gone is not asked again', async () => {
  const { id } = await register({ events: ['chat.started'] });
  receiver.say({ status: 410 });
  await chat();
  await until(async () => !(await relayOk('GET', `endpoints/${id}`)).enabled);
  assert.equal((await relayOk('GET', `endpoints/${id}`)).disabled_reason, 'answered 410: not wanted any more');
  assert.equal((await parley.waitForLog(({ event }) => event === 'relay.endpoint_disabled')).endpoint, id);
  await remove(id);
});

test('addresses inside are refused at registration and reached by no delivery', async () => {
  const guarded = await Parley.start({ settings: { relay__retry_after: '1h' } });
  for (const url of [`${receiver.url}/x`, 'http://169.254.169.254/latest/meta-data', 'http://[::1]/x', 'http://10.0.0.1/x']) {
    const refused = await livechat(guarded, 'POST', '/webhooks', { body: { event_type: 'chat_ended', data_types: [], url } });
    assert.equal(refused.status, 400, url);
    assert.match(refused.json.errors[0], /^url is at an address that may not be called/);
    const too = await relay('POST', 'endpoints', { url }, { at: guarded });
    assert.equal(too.status, 400, url);
    assert.match(too.json.error, /^url is at an address that may not be called/);
  }
  // A name is judged by what it is resolved to, at every connection.
  const guardedAdministrator = await RocketChat.login(guarded);
  await ok(livechat(guarded, 'POST', '/agents', { body: { login: 'nora@acme.test', name: 'Nora Quist', password: 'nora-password-1' } }));
  await makeAvailable(guardedAdministrator, 'nora@acme.test');
  for (const [id, value] of [['Livechat_webhook_on_start', true], ['Livechat_webhookUrl', `http://localhost:${receiver.port}/x`]])
    await guardedAdministrator.post(`settings/${id}`, { value });
  receiver.say({ status: 200 });
  await chat(guarded);
  await until(async () => (await relayOk('GET', 'deliveries', undefined, { at: guarded })).deliveries.some(({ reason }) => reason));
  const { deliveries: [kept] } = await relayOk('GET', 'deliveries', undefined, { at: guarded });
  assert.equal(kept.status, 'pending');
  assert.equal(kept.reason, 'the service\'s address may not be called');
  assert.equal(receiver.requests.length, 0);
  await guarded.stop();
});

test('the command asks the running gateway', async () => {
  const { id } = await register({ events: ['chat.started'], url: `${receiver.url}/cli` });
  receiver.say({ status: 200, body: 'hello' });
  const folder = temporaryFolder();
  // Beside this process, which has to answer as the receiver meanwhile.
  const command = (...words) => new Promise((resolve) => {
    const env = environment(folder, { admin__listen: new URL(parley.admin).host });
    execFile(binary, ['relay', ...words], { cwd: repository, env }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });
  const listed = await command('endpoints');
  assert.equal(listed.code, 0, listed.stderr);
  assert.ok(listed.stdout.includes(id) && listed.stdout.includes('/cli'), listed.stdout);
  const tested = JSON.parse((await command('test', id)).stdout);
  assert.equal(tested.delivered, true);
  assert.equal(tested.response, 'hello');
  await chat();
  await received(2);
  await until(settled(id));
  const { deliveries: [delivery] } = JSON.parse((await command('deliveries', '--endpoint', id, '--json')).stdout);
  assert.equal(delivery.status, 'delivered');
  assert.match((await command('attempts', delivery.id)).stdout, /\b200\b/);
  const before = receiver.requests.length;
  assert.equal(JSON.parse((await command('resend', delivery.id)).stdout).status, 'pending');
  await received(before + 1);
  assert.equal(JSON.parse((await command('replay', '--endpoint', id, '--since', '2020-01-01T00:00:00Z', '--limit', '1')).stdout).queued, 1);
  assert.equal(JSON.parse((await command('disable', id)).stdout).enabled, false);
  assert.equal(JSON.parse((await command('enable', id)).stdout).enabled, true);
  const unknown = await command('resend', 'msg_none');
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /delivery msg_none not found/);
  assert.equal((await command('dance')).code, 2);
  assert.equal(run(['relay', 'endpoints'], { settings: { admin__listen: '127.0.0.1:1' } }).code, 1);
  await remove(id);
});

test('the admin API needs its key, and counts what was tried', async () => {
  assert.equal((await relay('GET', 'endpoints', undefined, { key: null })).status, 401);
  const metrics = await (await fetch(`${parley.admin}/metrics`)).text();
  assert.match(metrics, /parley_relay_attempts_total\{dialect="neutral",outcome="delivered"\} [1-9]/);
  assert.match(metrics, /parley_relay_attempts_total\{dialect="livechat",outcome="delivered"\} [1-9]/);
  assert.match(metrics, /^parley_relay_pending_deliveries \d+$/m);
});
