// Calls to other services: the test of the webhook, triggers that ask a service, a service that routes chats. They reach
// this machine only when the configuration allows it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Parley, run } from './support/parley.mjs';
import { Receiver } from './support/receiver.mjs';
import { RocketChat, Visitor } from './support/rocketchat.mjs';

let receiver, parley, administrator;
before(async () => {
  receiver = await Receiver.start();
  parley = await Parley.start({ settings: { outgoing__allow: '127.0.0.1,::1' } });
  administrator = await RocketChat.login(parley);
  await set(administrator, { Livechat_secret_token: 's3cret', Livechat_webhookUrl: `${receiver.url}/hook` });
});
after(async () => {
  await parley?.stop();
  await receiver?.stop();
});

async function set(as, settings) {
  for (const [id, value] of Object.entries(settings)) await as.post(`settings/${id}`, { value });
}
const testWebhook = (as = administrator) => as.call('POST', 'livechat/webhook.test', {});
const testService = (members = {}, as = administrator) => as.call('POST', 'livechat/triggers/external-service/test',
  { webhookUrl: `${receiver.url}/say`, timeout: 20_000, fallbackMessage: 'Hold on', extraData: [{ key: 'lang', value: 'de' }], ...members });
const invalidWebhook = { success: false, error: 'error-invalid-webhook-response' };

test('the webhook is sent a sample with the token', async () => {
  receiver.say({ status: 200, body: 'thanks' });
  const answer = await testWebhook();
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.json, { success: true });
  const [{ method, url, headers, body }] = receiver.requests;
  assert.equal(`${method} ${url}`, 'POST /hook');
  assert.equal(headers['x-rocketchat-livechat-token'], 's3cret');
  assert.equal(headers['content-type'], 'application/json');
  const sample = JSON.parse(body);
  assert.equal(sample.type, 'LivechatSession');
  assert.equal(sample._id, 'fasd6f5a4sd6f8a4sdf');
  assert.equal(sample.messages.length, 2);
});

test('only 200 counts, and a redirect is not followed', async () => {
  for (const answer of [{ status: 204, body: '' }, { status: 500 }, { status: 302, headers: { Location: `${receiver.url}/elsewhere` } }]) {
    receiver.say(answer);
    const refused = await testWebhook();
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.json, invalidWebhook);
    assert.deepEqual(receiver.requests.map(({ url }) => url), ['/hook']);
  }
});

test('an answer of any length is a success when it is 200', async () => {
  receiver.say({ status: 200, body: 'x'.repeat(1_000_000) });
  assert.equal((await testWebhook()).status, 200);
});

test('a trigger’s service is tried out', async () => {
  receiver.say({ body: { contents: [{ msg: 'Hi', order: 0 }, { msg: 'there', order: 1 }] } });
  const answer = await testService();
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.json, { triggerId: 'test-trigger', response: { statusCode: 200, contents: [{ msg: 'Hi', order: 0 }, { msg: 'there', order: 1 }] }, success: true });
  const [{ method, url, headers, body }] = receiver.requests;
  assert.equal(`${method} ${url}`, 'POST /say');
  assert.equal(headers['x-rocketchat-livechat-token'], 's3cret');
  assert.deepEqual(JSON.parse(body), { metadata: [{ key: 'lang', value: 'de' }], visitorToken: '1234567890' });
});

test('what a service gets wrong leaves the fallback message', async () => {
  receiver.say({ status: 503, body: 'out of order' });
  const wrong = await testService();
  assert.equal(wrong.status, 400);
  assert.deepEqual(wrong.json, { triggerId: 'test-trigger', error: 'error-invalid-external-service-response', response: 'out of order', fallbackMessage: 'Hold on', success: false });
  receiver.say(undefined);
  const late = await testService({ timeout: 50 });
  assert.equal(late.status, 400);
  assert.equal(late.json.error, 'error-timeout');
  assert.equal(late.json.fallbackMessage, 'Hold on');
  assert.equal(receiver.requests.length, 1);
});

test('a trigger asks its service for a visitor', async () => {
  const params = { serviceUrl: `${receiver.url}/trigger`, serviceTimeout: 20_000, serviceFallbackMessage: 'Nobody answers' };
  await administrator.post('livechat/triggers', { name: 'Ask', description: '', enabled: true, runOnce: false, conditions: [{ name: 'time-on-site', value: '5' }], actions: [{ name: 'use-external-service', params }] });
  const { triggers: [{ _id }] } = await administrator.get('livechat/triggers');
  const visitor = new RocketChat(parley, {});
  const ask = (id = _id) => visitor.call('POST', `livechat/triggers/${id}/external-service/call`, { token: 'vt-1' });
  receiver.say({ body: { contents: [{ msg: 'Hi', order: 0 }] } });
  const answer = await ask();
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.json, { triggerId: _id, response: { statusCode: 200, contents: [{ msg: 'Hi', order: 0 }] }, success: true });
  assert.deepEqual(receiver.requests.map(({ url, body }) => [url, JSON.parse(body)]), [['/trigger', { visitorToken: 'vt-1' }]]);
  receiver.say({ body: { contents: [] } });
  assert.equal((await ask()).json.fallbackMessage, 'Nobody answers');
  assert.equal((await ask('nothing')).json.error, 'Invalid trigger');
});

test('a service routes chats', async () => {
  await administrator.post('users.create', { username: 'wanda', name: 'Wanda', email: 'wanda@acme.test', password: 'wanda-password-1', verified: true });
  await administrator.post('livechat/users/agent', { username: 'wanda' });
  await (await RocketChat.login(parley, 'wanda', 'wanda-password-1')).post('livechat/agent.status', { status: 'available' });
  await set(administrator, { Livechat_Routing_Method: 'External', Livechat_External_Queue_URL: `${receiver.url}/next`, Livechat_External_Queue_Token: 'router-secret' });
  receiver.say({ body: { username: 'wanda' } });
  const visitor = new Visitor(parley, 'routed');
  await visitor.register({ name: 'Routed' });
  assert.equal((await visitor.open()).servedBy.username, 'wanda');
  assert.equal(receiver.requests.length, 10);
  assert.deepEqual(new Set(receiver.requests.map(({ method, url }) => `${method} ${url}`)), new Set(['GET /next']));
  assert.ok(receiver.requests.every(({ headers }) => headers['x-rocketchat-secret-token'] === 'router-secret'));
  receiver.say({ body: { username: 'nobody' } });
  const other = new Visitor(parley, 'unrouted');
  await other.register({ name: 'Unrouted' });
  const refused = await other.api.call('GET', 'livechat/room?token=unrouted');
  assert.equal(refused.status, 400);
  assert.equal(refused.json.error, 'Sorry, no online agents [no-agent-online]');
  await administrator.post('settings/Livechat_Routing_Method', { value: 'Auto_Selection' });
});

test('without leave nothing on this machine is called', async () => {
  const guarded = await Parley.start();
  const asGuarded = await RocketChat.login(guarded);
  receiver.say({ body: { contents: [{ msg: 'secret', order: 0 }] } });
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '169.254.169.254']) {
    const base = `http://${host}:${receiver.port}`;
    await set(asGuarded, { Livechat_webhookUrl: base, Livechat_secret_token: 's3cret' });
    assert.deepEqual((await testWebhook(asGuarded)).json, invalidWebhook, host);
    const refused = await testService({ webhookUrl: base }, asGuarded);
    assert.equal(refused.status, 400, host);
    assert.equal(refused.json.error, 'error-invalid-external-service-response', host);
    assert.equal(refused.json.response, 'the service\'s address may not be called', host);
  }
  assert.deepEqual(receiver.requests, []);
  await guarded.stop();
});

test('a host is allowed by its name, not its address', async () => {
  const named = await Parley.start({ settings: { outgoing__allow: 'localhost' } });
  const asNamed = await RocketChat.login(named);
  receiver.say({ status: 200 });
  await set(asNamed, { Livechat_webhookUrl: `http://localhost:${receiver.port}/` });
  assert.equal((await testWebhook(asNamed)).status, 200);
  await set(asNamed, { Livechat_webhookUrl: receiver.url });
  assert.equal((await testWebhook(asNamed)).status, 400);
  assert.equal(receiver.requests.length, 1);
  await named.stop();
});

test('calls under way do not hold up the end', { timeout: 15_000 }, async () => {
  const ending = await Parley.start({ settings: { outgoing__allow: '127.0.0.1', server__drain_timeout: '1ms' } });
  const asEnding = await RocketChat.login(ending);
  const called = (path) => new Promise((resolve) => waiting.set(path, resolve));
  const waiting = new Map();
  receiver.say(({ url }) => void waiting.get(url)?.());
  await set(asEnding, {
    Livechat_http_timeout: 20_000, Livechat_webhookUrl: `${receiver.url}/hook`,
    Livechat_Routing_Method: 'External', Livechat_External_Queue_URL: `${receiver.url}/next`,
    Livechat_waiting_queue: true, Livechat_accept_chats_with_no_agents: true, Omnichannel_queue_delay_timeout: 1,
  });
  const [byRoute, byQueue] = [called('/hook'), called('/next')];
  const visitor = new Visitor(ending, 'queued');
  await visitor.register({ name: 'Queued' });
  await visitor.open();
  const cut = testWebhook(asEnding).then(({ status }) => status, () => 'no answer');
  await Promise.all([byRoute, byQueue]);
  assert.deepEqual(await ending.stop(), { code: 0, signal: null });
  assert.notEqual(await cut, 200);
});

test('the services of triggers have limits of their own', async () => {
  const limited = await Parley.start({ settings: { outgoing__allow: '127.0.0.1', embedded__rate_limit__enabled: 'true' } });
  const visitor = new RocketChat(limited, {});
  const ask = () => visitor.call('POST', 'livechat/triggers/nothing/external-service/call', { token: 'vt-1' });
  assert.deepEqual([(await ask()).status, (await ask()).status], [400, 429]);
  const asLimited = await RocketChat.login(limited);
  await asLimited.post('permissions.update', { permissions: [{ _id: 'api-bypass-rate-limit', roles: ['bot'] }] });
  const statuses = [];
  for (let call = 0; call < 6; ++call) statuses.push((await testService({}, asLimited)).status);
  assert.deepEqual(statuses, [400, 400, 400, 400, 400, 429]);
  await limited.stop();
});

test('an allow-list that cannot be read stops the start', () => {
  const { code, stderr } = run(['check'], { settings: { outgoing__allow: '10.0.0.0/99' } });
  assert.notEqual(code, 0);
  assert.match(stderr, /environment PARLEY_OUTGOING__ALLOW: outgoing\.allow must be networks, addresses or host names/);
});
