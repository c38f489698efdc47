// Everything a network and a busy workspace do to a gateway: what clients are told then, and that nothing is done twice.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { assertRefusal, livechat, ok } from './support/livechat.mjs';
import { admin, Parley } from './support/parley.mjs';
import { RocketChat } from './support/rocketchat.mjs';

let parley, counterpart, administrator;
before(async () => {
  parley = await Parley.startInFront({ settings: { server__request_timeout: '3s', backend__directory_interval: '1h', backend__poll_interval: '1h' } });
  counterpart = parley.counterpart;
  administrator = await RocketChat.login(parley.workspace);
  await ok(livechat(parley, 'GET', '/agents'));
});
after(() => parley.stop());
afterEach(() => (counterpart.fault = () => undefined));

// Faults of the gateway's own calls of one route, of all without, the first `times` of them. The route alone: what a workspace
// can do is looked at in the background, by routes that begin like it.
const isOf = (name, route) => route === '' || name === route;
function fault(route, what, times = Infinity) {
  let left = times;
  counterpart.fault = ({ own, name }) => (own && isOf(name, route) && left-- > 0 ? what : undefined);
}
const asked = (route) => counterpart.own.filter((name) => isOf(name, route)).length;
const errorPage = { status: 502, headers: { 'content-type': 'text/html' }, body: '<html><h1>502 Bad Gateway</h1></html>' };
const limited = (wait) => ({
  status: 429,
  headers: { 'content-type': 'application/json', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.now() + wait) },
  body: JSON.stringify({ success: false, error: 'Error, too many requests. [error-too-many-requests]' }),
});
const groupsNamed = async (name) => (await administrator.get(`livechat/department?text=${name}&count=0`)).departments.length;

for (const [name, what] of Object.entries({ 'an error page': errorPage, 'a reset': 'reset', 'an answer cut in the middle': 'cut' }))
  test(`a read that meets ${name} is made again`, async () => {
    const { length } = await ok(livechat(parley, 'GET', '/groups'));
    const before = asked('GET livechat/department');
    fault('GET livechat/department', what, 1);
    assert.equal((await ok(livechat(parley, 'GET', '/groups'))).length, length);
    assert.equal(asked('GET livechat/department'), before + 2);
  });

test('an error page that stays is 502 and says what was asked', async () => {
  fault('GET livechat/department', errorPage);
  const refusal = await livechat(parley, 'GET', '/groups');
  assertRefusal(refusal, 502);
  assert.match(refusal.json.message, /the workspace answered GET livechat\/department with 502 and text\/html instead of JSON/);
  assert.ok(!refusal.text.includes('<h1>'), 'pages of others are not shown');
});

for (const [name, body] of Object.entries({ 'no JSON': '{"departments":[', 'a list of numbers': '{"departments":[1,2]}', 'another type': '{"departments":"none"}', nothing: '' }))
  test(`an answer that is ${name} is 502 and names the call`, async () => {
    fault('GET livechat/department', { status: 200, headers: { 'content-type': 'application/json' }, body });
    const refusal = await livechat(parley, 'GET', '/groups');
    assertRefusal(refusal, 502);
    assert.match(refusal.json.message, /livechat\/department|lacks id/);
  });

test('a write whose answer is lost is not made again, and the client is told', async () => {
  fault('POST livechat/department', 'cut', 1);
  const refusal = await livechat(parley, 'POST', '/groups', { body: { name: 'Lost-answer', agents: ['owner@acme.test'] } });
  assertRefusal(refusal, 502);
  assert.equal(await groupsNamed('Lost-answer'), 1);
  assert.equal(counterpart.own.filter((name) => name === 'POST livechat/department').length, 1);
});

test('what was done before a call that fails is undone', async () => {
  fault('POST livechat/agents.saveInfo', { status: 400, headers: { 'content-type': 'application/json' }, body: '{"success":false,"error":"broken"}' });
  const refusal = await livechat(parley, 'POST', '/agents', { body: { login: 'half@acme.test', name: 'Half', password: 'half-password-1' } });
  assert.ok(refusal.status >= 400, refusal.text);
  counterpart.fault = () => undefined;
  const { users } = await administrator.get('users.list?count=0');
  assert.ok(!users.some(({ username }) => username === 'half'), 'nobody is left behind');
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'half@acme.test', name: 'Half', password: 'half-password-1' } }));
});

// A promise, and who keeps it.
function promised() {
  let keep;
  const promise = new Promise((resolve) => (keep = resolve));
  return Object.assign(promise, { keep });
}
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('an answer that is late is waited for, and holds nobody else', async () => {
  const { length } = await ok(livechat(parley, 'GET', '/groups'));
  const late = promised();
  fault('GET livechat/department', { late }, 1);
  const before = asked('GET livechat/department');
  const waiting = livechat(parley, 'GET', '/groups');
  while (asked('GET livechat/department') === before) await nextTurn();
  for (const path of ['/agents', '/groups/0', '/canned_responses', '/status']) await ok(livechat(parley, 'GET', path));
  late.keep();
  assert.equal((await ok(waiting)).length, length);
  assert.equal(asked('GET livechat/department'), before + 1, 'asked once');
});

test('a write whose answer is late is made once', async () => {
  const late = promised();
  fault('POST livechat/department', { late }, 1);
  const before = asked('POST livechat/department');
  const waiting = livechat(parley, 'POST', '/groups', { body: { name: 'Late-within', agents: ['owner@acme.test'] } });
  while ((await groupsNamed('Late-within')) === 0) await nextTurn();
  late.keep();
  assert.equal((await ok(waiting)).name, 'Late-within');
  assert.equal(await groupsNamed('Late-within'), 1);
  assert.equal(asked('POST livechat/department'), before + 1);
});

test('one whose answer is too late is 504, and made once', async () => {
  const late = promised();
  fault('POST livechat/department', { late }, 1);
  const before = asked('POST livechat/department');
  assertRefusal(await livechat(parley, 'POST', '/groups', { body: { name: 'Late-beyond', agents: ['owner@acme.test'] } }), 504);
  late.keep();
  assert.equal(await groupsNamed('Late-beyond'), 1);
  assert.equal(asked('POST livechat/department'), before + 1);
  assert.ok((await ok(livechat(parley, 'GET', '/groups'))).some(({ name }) => name === 'Late-beyond'), 'it is there for whoever looks');
});

test('an answer that comes byte by byte is taken', async () => {
  const { length } = await ok(livechat(parley, 'GET', '/groups'));
  let bytes = 0;
  fault('GET livechat/department', { drip: () => (++bytes, nextTurn()) });
  assert.equal((await ok(livechat(parley, 'GET', '/groups'))).length, length);
  assert.ok(bytes > 100, `${bytes} bytes`);
  const client = await RocketChat.login(parley);
  counterpart.fault = ({ name }) => (name === 'GET livechat/department' ? { drip: nextTurn } : undefined);
  assert.equal((await client.get('livechat/department')).departments.length, length - 1);
});

test('one that stops in the middle holds nobody else', async () => {
  const half = promised();
  const rest = promised();
  fault('GET livechat/department', { drip: (i, length) => (i === length >> 1 ? (half.keep(), rest) : undefined) }, 1);
  const waiting = livechat(parley, 'GET', '/groups');
  await half;
  const others = await Promise.all(Array.from({ length: 5 }, () => livechat(parley, 'GET', '/groups/0')));
  assert.deepEqual(others.map(({ status }) => status), Array(5).fill(200));
  await ok(livechat(parley, 'POST', '/groups', { body: { name: 'During-drip', agents: ['owner@acme.test'] } }));
  rest.keep();
  await ok(waiting);
});

// Every byte is in time, the last one would come in a minute.
test('one that goes on beyond the deadline is 504, on both faces', async () => {
  const slowly = () => new Promise((resolve) => setTimeout(resolve, 100).unref());
  const client = await RocketChat.login(parley);
  counterpart.fault = ({ name }) => (name === 'GET livechat/department' ? { drip: slowly } : undefined);
  const [ours, theirs] = await Promise.all([livechat(parley, 'GET', '/groups'), client.call('GET', 'livechat/department')]);
  assertRefusal(ours, 504);
  assert.equal(theirs.status, 504, theirs.text);
  assert.equal(theirs.json.success, false);
});

test('a route that takes no more calls is waited for where the deadline allows', async () => {
  fault('GET livechat/department', limited(400), 1);
  const before = asked('GET livechat/department');
  assert.ok((await ok(livechat(parley, 'GET', '/groups'))).length > 0);
  assert.equal(asked('GET livechat/department'), before + 2);
});

test('a workspace that takes no more calls for longer is 429 with the time to wait', async () => {
  fault('GET livechat/department', limited(20_000));
  const refusal = await livechat(parley, 'GET', '/groups');
  assertRefusal(refusal, 429);
  const wait = Number(refusal.headers.get('retry-after'));
  assert.ok(wait > 10 && wait <= 20, `Retry-After: ${wait}`);
  const before = asked('GET livechat/department');
  assertRefusal(await livechat(parley, 'GET', '/groups'), 429);
  assert.equal(asked('GET livechat/department'), before, 'nobody asks what would be refused');
});

test('an answer that never comes is 504 within the deadline', async () => {
  fault('POST livechat/department', 'hang');
  const refusal = await livechat(parley, 'POST', '/groups', { body: { name: 'Hung', agents: ['owner@acme.test'] } });
  assertRefusal(refusal, 504);
});

test("a client's own request meets the fault in the face's shape", async () => {
  counterpart.fault = ({ name }) => (name === 'GET livechat/rooms' ? errorPage : undefined);
  const client = await RocketChat.login(parley);
  const refusal = await client.call('GET', 'livechat/rooms');
  assert.equal(refusal.status, 502);
  assert.equal(refusal.json.success, false);
  assert.match(refusal.json.error, /GET livechat\/rooms/);
});

test('a token that is valid no longer is 503 and says what to do', async () => {
  counterpart.fault = ({ own }) => (own ? { status: 401, headers: { 'content-type': 'application/json' }, body: '{"status":"error","message":"You must be logged in to do this."}' } : undefined);
  const refusal = await livechat(parley, 'POST', '/groups', { body: { name: 'Nobody', agents: ['owner@acme.test'] } });
  assertRefusal(refusal, 503);
  assert.match(refusal.json.message, /backend\.auth_token/);
});

test('a workspace that is down is left alone, and found again', async () => {
  fault('', 'reset');
  let refusal;
  for (let i = 0; i < 8; ++i) refusal = await livechat(parley, 'POST', '/groups', { body: { name: `Down-${i}`, agents: ['owner@acme.test'] } });
  assertRefusal(refusal, 503);
  assert.ok(Number(refusal.headers.get('retry-after')) > 0);
  const before = counterpart.own.length;
  assertRefusal(await livechat(parley, 'POST', '/groups', { body: { name: 'Down-9', agents: ['owner@acme.test'] } }), 503);
  assert.equal(counterpart.own.length, before);
});

test('a workspace that was restarted is found again', async () => {
  const pair = await Parley.startInFront();
  await ok(livechat(pair, 'POST', '/groups', { body: { name: 'Before', agents: ['owner@acme.test'] } }));
  await pair.workspace.stop();
  const refusal = await livechat(pair, 'POST', '/groups', { body: { name: 'Meanwhile', agents: ['owner@acme.test'] } });
  assertRefusal(refusal, 502);
  pair.workspace = await Parley.start({ folder: pair.workspace.folder });
  pair.counterpart.lead(pair.workspace.server);
  await ok(livechat(pair, 'POST', '/groups', { body: { name: 'After', agents: ['owner@acme.test'] } }));
  const names = (await ok(livechat(pair, 'GET', '/groups'))).map(({ name }) => name);
  assert.deepEqual(names.slice(1).sort(), ['After', 'Before']);
  await pair.stop();
});

test('a session that has ended is opened again, once', async () => {
  const workspace = await Parley.start();
  const settings = { backend__kind: 'rocketchat', backend__url: workspace.server, backend__username: admin.username, backend__password: admin.password };
  const front = await Parley.start({ settings });
  await ok(livechat(front, 'POST', '/groups', { body: { name: 'First', agents: ['owner@acme.test'] } }));
  const other = await RocketChat.login(workspace);
  await other.post('users.logout', { userId: other.userId });
  await ok(livechat(front, 'POST', '/groups', { body: { name: 'Second', agents: ['owner@acme.test'] } }));
  await front.stop();
  await workspace.stop();
});
