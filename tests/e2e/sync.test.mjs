// A workspace's chats in Parley's archive: told by webhooks, found by polling, read of the past; each once.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { livechat, ok } from './support/livechat.mjs';
import { adminKey, Parley, temporaryFolder } from './support/parley.mjs';
import { Receiver } from './support/receiver.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';

const secret = 'workspace-webhook-secret';
const toggles = ['start', 'chat_queued', 'chat_taken', 'forward', 'close', 'visitor_message', 'agent_message', 'offline_msg', 'capture'];

// Asks until it is so; the test's own timeout ends it.
async function until(condition) {
  for (;;) {
    const found = await condition();
    if (found) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function startPair({ webhooks, poll = '1h', ...rest }) {
  const pair = await Parley.startInFront({
    ...rest,
    settings: { outgoing__allow: '127.0.0.1', backend__poll_interval: poll, backend__webhook_token: secret, ...rest.settings },
  });
  const administrator = await RocketChat.login(pair.workspace);
  const { users } = await administrator.get('livechat/users/agent?count=0');
  if (!users.some(({ username }) => username === 'owner')) throw new Error('the owner is an agent');
  await makeAvailable(administrator, 'owner@acme.test');
  if (webhooks) await tell(administrator, `${webhooks === true ? pair.server : webhooks}/relay/rocketchat`);
  return { pair, administrator };
}
async function tell(administrator, url) {
  await administrator.post('settings/Livechat_webhookUrl', { value: url });
  await administrator.post('settings/Livechat_secret_token', { value: secret });
  for (const toggle of toggles) await administrator.post(`settings/Livechat_webhook_on_${toggle}`, { value: true });
}

// A chat held at the workspace itself, out of Parley's sight.
let chats = 0;
async function chatAt(pair, administrator, { words = ['Hello', 'Is anybody there?'] } = {}) {
  const visitor = new Visitor(pair.workspace, `sync-visitor-${++chats}`);
  await visitor.register({ name: `Ida ${chats}`, email: `ida${chats}@buyer.test` });
  const room = await visitor.open();
  for (const text of words) await visitor.say(text);
  await administrator.post('livechat/room.closeByUser', { rid: room._id, comment: 'done' });
  return visitor;
}
const archived = async (pair, email) => {
  const { chats: found } = await ok(livechat(pair, 'GET', `/chats?query=${encodeURIComponent(email)}`));
  return found[0];
};
const ended = (pair, email) => until(async () => {
  const chat = await archived(pair, email);
  return chat?.ended ? chat : undefined;
});
const told = (chat) => chat.messages.map(({ text }) => text);
async function metric(pair, name) {
  const text = await (await fetch(`${pair.admin}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}
const progress = async (pair) => (await fetch(`${pair.admin}/admin/v1/sync`, { headers: { Authorization: `Bearer ${adminKey}` } })).json();

test('chats at the workspace are in the archive as soon as its webhooks tell of them', async () => {
  const { pair, administrator } = await startPair({ webhooks: true });
  await chatAt(pair, administrator);
  const chat = await ended(pair, `ida${chats}@buyer.test`);
  assert.deepEqual(told(chat), ['Hello', 'Is anybody there?']);
  assert.deepEqual(chat.agents.map(({ email }) => email), ['owner@acme.test']);
  assert.equal(await metric(pair, 'parley_sync_recovered_events_total'), 0);
  await pair.stop();
});

test('what no webhook told is found by looking, and counted', async () => {
  const { pair, administrator } = await startPair({ webhooks: false, poll: '50ms' });
  await chatAt(pair, administrator);
  const chat = await ended(pair, `ida${chats}@buyer.test`);
  assert.deepEqual(told(chat), ['Hello', 'Is anybody there?']);
  assert.ok((await metric(pair, 'parley_sync_recovered_events_total')) > 0);
  await pair.stop();
});

test('webhooks doubled, late and out of order make nothing twice', async () => {
  const between = await Receiver.start();
  const subscriber = await Receiver.start();
  const { pair, administrator } = await startPair({ webhooks: between.url });
  const made = await fetch(`${pair.admin}/admin/v1/relay/endpoints`, {
    method: 'POST', headers: { Authorization: `Bearer ${adminKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ url: `${subscriber.url}/hook`, events: ['chat.started', 'chat.message', 'chat.closed'] }),
  });
  assert.equal(made.status, 200, await made.text());
  await chatAt(pair, administrator);
  await until(() => between.requests.some(({ body }) => JSON.parse(body).type === 'LivechatSession'));
  const pass = ({ headers, body }) => fetch(`${pair.server}/relay/rocketchat`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-RocketChat-Livechat-Token': headers['x-rocketchat-livechat-token'] }, body });
  for (const hook of [...between.requests].reverse().concat(between.requests)) assert.equal((await pass(hook)).status, 200);
  const chat = await ended(pair, `ida${chats}@buyer.test`);
  assert.deepEqual(told(chat), ['Hello', 'Is anybody there?']);
  const kinds = () => subscriber.requests.map(({ body }) => JSON.parse(body).type);
  await until(() => kinds().includes('chat.closed'));
  await until(async () => (await progress(pair)).waiting_rooms === 0);
  const once = (kind) => new Set(subscriber.requests.map(({ body }) => JSON.parse(body)).filter(({ type }) => type === kind).map(({ id }) => id)).size;
  assert.equal(once('chat.started'), 1);
  assert.equal(once('chat.closed'), 1);
  assert.equal(once('chat.message'), 2);
  await pair.stop();
  await between.stop();
  await subscriber.stop();
});

test('chats of the past are read once, and nobody is told of them', async () => {
  const folder = temporaryFolder();
  const first = await startPair({ webhooks: false, folder });
  await chatAt(first.pair, first.administrator);
  const early = `ida${chats}@buyer.test`;
  await first.pair.stop();
  // The same workspace, and a gateway that has never seen it.
  for (const file of ['parley.db', 'parley.db-wal', 'parley.db-shm']) rmSync(`${folder}/${file}`, { force: true });
  const { pair } = await startPair({ webhooks: false, folder });
  const chat = await ended(pair, early);
  assert.deepEqual(told(chat), ['Hello', 'Is anybody there?']);
  await until(async () => (await progress(pair)).fill.finished);
  assert.equal((await progress(pair)).events, 0);
  await pair.stop();
});

test('a canned response changed at the workspace is told, by the LiveChat webhook too', async () => {
  const { pair, administrator } = await startPair({ poll: '50ms' });
  const subscriber = await Receiver.start();
  await ok(livechat(pair, 'POST', '/webhooks', { body: { event_type: 'canned_response_changed', data_types: ['canned_response'], url: `${subscriber.url}/hook` } }));
  // What is there at the first look is nobody's news: the second list follows it. The first of all asks whether there are any.
  await until(() => pair.counterpart.own.filter((name) => name === 'GET canned-responses').length >= 3);
  const save = (body) => administrator.post('canned-responses', { shortcut: 'hello', scope: 'global', tags: ['greeting'], ...body });
  const told = (text) => until(() => subscriber.requests.map(({ body }) => JSON.parse(body)).find(({ canned_response: { text: its } }) => its === text));
  await save({ text: 'Hello' });
  const made = await told('Hello');
  assert.equal(made.event_type, 'canned_response_changed');
  assert.deepEqual(made.canned_response.tags, ['hello', 'greeting']);
  const [shown] = await ok(livechat(pair, 'GET', '/canned_responses'));
  assert.equal(made.canned_response.id, shown.id);
  const { cannedResponses } = await administrator.get('canned-responses');
  await save({ _id: cannedResponses[0]._id, text: 'Hello there' });
  await told('Hello there');
  const before = subscriber.requests.length;
  await administrator.call('DELETE', 'canned-responses', { _id: cannedResponses[0]._id });
  await until(() => subscriber.requests.length > before);
  assert.equal(subscriber.requests.length, 3, 'each once');
  await pair.stop();
  await subscriber.stop();
});

test('only the workspace is heard, and only what can be one of its webhooks', async () => {
  const { pair } = await startPair({ webhooks: false });
  const post = (body, token = secret) => fetch(`${pair.server}/relay/rocketchat`, { method: 'POST', headers: { 'Content-Type': 'application/json', ...(token ? { 'X-RocketChat-Livechat-Token': token } : {}) }, body });
  assert.equal((await post('{"type":"LivechatSession","_id":"r1"}', 'guess')).status, 401);
  assert.equal((await post('{"type":"LivechatSession","_id":"r1"}', '')).status, 401);
  for (const body of ['', '[]', 'x', '{"type":5}', '{"type":"LivechatSession"}', '{"type":"LivechatSession","_id":{}}', '{"_id":"r1"}'])
    assert.equal((await post(body)).status, 400, body);
  assert.equal((await fetch(`${pair.server}/relay/rocketchat`)).status, 405);
  assert.equal((await fetch(`${pair.server}/relay/elsewhere`, { method: 'POST' })).status, 404);
  const accepted = await post('{"type":"LivechatSession","_id":"nobody-knows-it"}');
  assert.equal(accepted.status, 200);
  assert.deepEqual(await accepted.json(), { ok: true });
  await pair.stop();
});

test('what the workspace was answered for survives a crash', async () => {
  const folder = temporaryFolder();
  const first = await startPair({ webhooks: false, folder });
  // The gateway cannot look now.
  first.pair.counterpart.fault = ({ own }) => (own ? 'hang' : undefined);
  await chatAt(first.pair, first.administrator);
  const { rooms } = await first.administrator.get('livechat/rooms');
  const { status } = await fetch(`${first.pair.server}/relay/rocketchat`, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-RocketChat-Livechat-Token': secret }, body: JSON.stringify({ type: 'LivechatSession', _id: rooms[0]._id }) });
  assert.equal(status, 200);
  await first.pair.stop('SIGKILL');
  const { pair } = await startPair({ webhooks: false, folder });
  assert.deepEqual(told(await ended(pair, `ida${chats}@buyer.test`)), ['Hello', 'Is anybody there?']);
  await pair.stop();
});

test('what is written through Parley is there for whoever reads next', async () => {
  const { pair } = await startPair({ webhooks: false });
  const visitor = new Visitor(pair, 'through');
  await visitor.register({ name: 'Vera Lind', email: 'vera@buyer.test' });
  await visitor.open();
  await visitor.say('Straight through');
  const running = async () => (await ok(livechat(pair, 'GET', '/chats?include_pending=1&query=vera@buyer.test'))).chats[0];
  assert.deepEqual(told(await running()), ['Straight through']);
  await visitor.close();
  assert.ok((await archived(pair, 'vera@buyer.test')).ended);
  await pair.stop();
});

test('stopping waits for no answer of the workspace', { timeout: 15_000 }, async () => {
  const pair = await Parley.startInFront({ settings: { backend__poll_interval: '50ms' } });
  let silent = 0;
  pair.counterpart.fault = ({ own }) => (own ? (++silent, 'hang') : undefined);
  await until(() => silent > 0);
  assert.deepEqual(await pair.stop(), { code: 0, signal: null });
});
