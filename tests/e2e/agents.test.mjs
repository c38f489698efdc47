// Agents of the LiveChat face, by the published client and by what other clients send.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok, publishedClient } from './support/livechat.mjs';
import { owner, Parley, run } from './support/parley.mjs';
import { agentOf, makeAvailable, RocketChat } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';

let parley, client, administrator;
before(async () => {
  parley = await Parley.start();
  client = publishedClient(parley);
  administrator = await RocketChat.login(parley);
});
after(() => parley.stop());

const refused = (answer) => JSON.parse(answer.error);

test('the owner is an agent from the first start on', async () => {
  const agents = await client.agents.list({});
  livechatSpec.assertAnswer('AgentsGet', agents);
  const me = agents.find(({ login }) => login === owner.login);
  assert.equal(me.permission, 'owner');
  assert.equal(me.is_bot, false);
});

test('a new agent has the documented defaults and is there at once', async () => {
  const made = await client.agents.create({ login: 'Liv@Acme.test', name: 'Liv Berg' });
  livechatSpec.assertAnswer('AgentsPost', made);
  const { avatar, ...rest } = made;
  assert.doesNotMatch(avatar, /^https?:/);
  assert.deepEqual(rest, {
    login: 'liv@acme.test', name: 'Liv Berg', login_status: 'accepting chats', permission: 'normal', daily_summary: 1,
    job_title: 'Support Agent',
    notifications: { new_visitor: 1, returning_visitor: 1, queued_visitor: 1, visitor_is_typing: 0, new_goal: 1, incoming_chat: 1 },
    max_chats_count: 6, groups: [], status: 'offline', last_logout: 0, work_scheduler: {},
    ...pick(made, ['ticket_notifications', 'mute_all_sounds', 'repeat_sound_notifications']),
  });
  assert.deepEqual(await client.agents.get('liv@acme.test'), made);
  assert.ok((await client.agents.list({})).some(({ login }) => login === 'liv@acme.test'));
  // Rocket.Chat has the same person, under the sanitised local part.
  const agent = await agentOf(administrator, 'liv@acme.test');
  assert.equal(agent.username, 'liv');
  assert.equal(agent.name, 'Liv Berg');
});

test('everything given is kept, whatever the encoding', async () => {
  const group = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Kept', agents: [owner.login] } }));
  const form = new URLSearchParams([
    ['login', 'kept@acme.test'], ['name', 'Kept Whole'], ['job_title', 'Curator'], ['login_status', 'not accepting chats'],
    ['permission', 'administrator'], ['groups[]', String(group.id)], ['groups[]', '0'], ['notifications[new_visitor]', '0'],
    ['daily_summary', '0'], ['max_chats_count', '3'], ['unknown_member', 'ignored'],
  ]);
  const made = await ok(livechat(parley, 'POST', '/agents', { body: form }));
  assert.equal(made.job_title, 'Curator');
  assert.equal(made.login_status, 'not accepting chats');
  assert.equal(made.permission, 'administrator');
  assert.deepEqual(made.groups, [{ id: group.id, name: 'Kept' }]);
  assert.equal(made.notifications.new_visitor, 0);
  assert.equal(made.daily_summary, 0);
  assert.equal(made.max_chats_count, 3);
  assert.deepEqual((await client.groups.get(group.id)).agents.sort(), ['kept@acme.test', owner.login].sort());
});

test('bad logins, missing names and taken logins are refused with every reason', async () => {
  assert.deepEqual(Object.keys(refused(await client.agents.create({ login: 'nonsense', name: 'X' }))).sort(), ['code', 'errors', 'message']);
  const both = await livechat(parley, 'POST', '/agents', { body: { login: 'nonsense', password: 'abc' } });
  assertRefusal(both, 400);
  assert.equal(both.json.errors.length, 3, both.text);
  const taken = await livechat(parley, 'POST', '/agents', { body: { login: owner.login, name: 'Again' } });
  assertRefusal(taken, 400);
  assertRefusal(await livechat(parley, 'POST', '/agents', { body: { login: 'o2@acme.test', name: 'O', permission: 'owner' } }), 400);
});

test('two logins with one local part become two Rocket.Chat users', async () => {
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'twin@one.test', name: 'First' } }));
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'twin@two.test', name: 'Second' } }));
  assert.equal((await agentOf(administrator, 'twin@one.test')).username, 'twin');
  assert.equal((await agentOf(administrator, 'twin@two.test')).username, 'twin-2');
});

test('members that are not sent stay as they are', async () => {
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'stay@acme.test', name: 'Stay', job_title: 'Porter', max_chats_count: 9 } }));
  const changed = await client.agents.update('stay@acme.test', { name: 'Stay Longer' });
  livechatSpec.assertAnswer('AgentsJohnPublicComPut', changed);
  assert.equal(changed.name, 'Stay Longer');
  assert.equal(changed.job_title, 'Porter');
  assert.equal(changed.max_chats_count, 9);
  const scheduled = await ok(livechat(parley, 'PUT', '/agents/stay@acme.test', {
    body: new URLSearchParams([['work_scheduler[monday][start]', '09:00'], ['work_scheduler[monday][end]', '17:00'], ['work_scheduler[monday][enabled]', '1']]),
  }));
  assert.deepEqual(scheduled.work_scheduler, { monday: { enabled: 1, start: '09:00', end: '17:00' } });
});

test('zeros and empty lists are values, not absence', async () => {
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'zero@acme.test', name: 'Zero' } }));
  const { id } = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Zeros', agents: ['zero@acme.test'] } }));
  const change = async (body) => ok(livechat(parley, 'PUT', '/agents/zero@acme.test', { body }));
  assert.deepEqual((await change({ daily_summary: 0 })).groups, [{ id, name: 'Zeros' }]);
  assert.equal((await client.agents.get('zero@acme.test')).daily_summary, 0);
  // Rocket.Chat would take a limit of 0 for no limit at all.
  assertRefusal(await livechat(parley, 'PUT', '/agents/zero@acme.test', { body: { max_chats_count: 0 } }), 400);
  assert.equal((await change({ notifications: { new_goal: 0 } })).notifications.new_goal, 0);
  assert.equal((await change({ job_title: '' })).job_title, '');
  assert.deepEqual((await change({ groups: [] })).groups, []);
  assert.deepEqual((await ok(livechat(parley, 'PUT', `/groups/${id}`, { body: { agents: [] } }))).agents, []);
});

test('passwords of an agent: long enough, and the caller proves theirs', async () => {
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'pass@acme.test', name: 'Pass', password: 'First-Password-1' } }));
  await RocketChat.login(parley, 'pass', 'First-Password-1');
  const key = run(['keys', 'add', '--login', 'pass@acme.test', '--role', 'normal'], { folder: parley.folder }).stdout.trim();
  const as = { login: 'pass@acme.test', key };
  const put = (body) => livechat(parley, 'PUT', '/agents/pass@acme.test', { as, body });
  assertRefusal(await put({ password: 'Next-Password-2' }), 400);
  assertRefusal(await put({ password: 'Next-Password-2', current_password: 'wrong' }), 400);
  assertRefusal(await put({ password: 'abc', current_password: 'First-Password-1' }), 400);
  await ok(put({ password: 'Next-Password-2', current_password: 'First-Password-1' }));
  await RocketChat.login(parley, 'pass', 'Next-Password-2');
});

test('groups of an agent are replaced, group 0 is ignored', async () => {
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'mover@acme.test', name: 'Mover' } }));
  const a = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'From', agents: ['mover@acme.test'] } }));
  const b = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'To', agents: [owner.login] } }));
  const moved = await ok(livechat(parley, 'PUT', '/agents/mover@acme.test', { body: { groups: [b.id, 0] } }));
  assert.deepEqual(moved.groups, [{ id: b.id, name: 'To' }]);
  assert.deepEqual((await client.groups.get(a.id)).agents, []);
});

test('status follows presence and availability and is ignored while offline', async () => {
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'shift@acme.test', name: 'Shift' } }));
  const ignored = await ok(livechat(parley, 'PUT', '/agents/shift@acme.test', { body: { status: 'accepting chats' } }));
  assert.equal(ignored.status, 'offline');

  await makeAvailable(administrator, 'shift@acme.test');
  assert.equal((await client.agents.get('shift@acme.test')).status, 'accepting chats');
  const paused = await ok(livechat(parley, 'PUT', '/agents/shift@acme.test', { body: { status: 'not accepting chats' } }));
  assert.equal(paused.status, 'not accepting chats');
  const listed = await client.agents.list({ status: 'not accepting chats' });
  assert.deepEqual(listed.map(({ login }) => login), ['shift@acme.test']);
  assert.ok(!(await client.agents.list({ status: 'accepting chats' })).some(({ login }) => login === 'shift@acme.test'));

  const gone = await ok(livechat(parley, 'PUT', '/agents/shift@acme.test', { body: { status: 'offline' } }));
  assert.equal(gone.status, 'offline');
  assert.ok(gone.last_logout > 1_700_000_000);
  assertRefusal(await livechat(parley, 'GET', '/agents?status=INVALID'), 400);
});

test('a removed agent is gone from both faces', async () => {
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'brief@acme.test', name: 'Brief' } }));
  const { _id } = await agentOf(administrator, 'brief@acme.test');
  const key = run(['keys', 'add', '--login', 'brief@acme.test', '--role', 'normal'], { folder: parley.folder }).stdout.trim();
  const as = { login: 'brief@acme.test', key };
  await ok(livechat(parley, 'GET', '/agents', { as }));
  assert.deepEqual(await client.agents.delete('brief@acme.test'), { result: 'brief@acme.test removed successfully' });
  assertRefusal(await livechat(parley, 'GET', '/agents/brief@acme.test'), 404);
  assertRefusal(await livechat(parley, 'GET', '/agents', { as }), 401);
  assertRefusal(await livechat(parley, 'DELETE', '/agents/brief@acme.test'), 404);
  assert.equal((await administrator.call('GET', `users.info?userId=${_id}`)).status, 400);
  assertRefusal(await livechat(parley, 'DELETE', `/agents/${owner.login}`), 400);
});

test('unknown logins are 404 in every form of the path', async () => {
  for (const path of ['/agents/nobody@acme.test', '/agents/nobody%40acme.test', '/agents/nobody@acme.test/', '/v2/agents/nobody@acme.test'])
    assertRefusal(await livechat(parley, 'GET', path), 404);
  assertRefusal(await livechat(parley, 'PUT', '/agents/nobody@acme.test', { body: { name: 'X' } }), 404);
});

test('a key is reset by its owner only, with POST or PUT', async () => {
  const login = 'keyed@acme.test';
  await ok(livechat(parley, 'POST', '/agents', { body: { login, name: 'Keyed' } }));
  const key = run(['keys', 'add', '--login', login, '--role', 'normal'], { folder: parley.folder }).stdout.trim();
  const renewed = await publishedClient(parley, { login, key }).agents.resetApiKey(login);
  livechatSpec.assertAnswer('AgentsResetApiKeyPut', renewed);
  assert.match(renewed.api_key, /^[0-9a-f]{32}$/);
  assert.notEqual(renewed.api_key, key);
  assertRefusal(await livechat(parley, 'GET', '/agents', { as: { login, key } }), 401);
  const again = await ok(livechat(parley, 'POST', `/agents/${login}/reset_api_key`, { as: { login, key: renewed.api_key } }));
  assertRefusal(await livechat(parley, 'POST', `/agents/${owner.login}/reset_api_key`, { as: { login, key: again.api_key } }), 403);
  assert.equal((await client.agents.get(login)).api_key, undefined);
});

test('a normal agent changes only what is theirs', async () => {
  const login = 'plain@acme.test';
  await ok(livechat(parley, 'POST', '/agents', { body: { login, name: 'Plain', job_title: 'Runner' } }));
  const key = run(['keys', 'add', '--login', login, '--role', 'normal'], { folder: parley.folder }).stdout.trim();
  const as = { login, key };
  assert.equal((await ok(livechat(parley, 'PUT', `/agents/${login}`, { as, body: { job_title: 'Walker' } }))).job_title, 'Walker');
  assertRefusal(await livechat(parley, 'PUT', `/agents/${login}`, { as, body: { permission: 'administrator' } }), 403);
  assertRefusal(await livechat(parley, 'PUT', `/agents/${owner.login}`, { as, body: { name: 'Mine now' } }), 403);
  assertRefusal(await livechat(parley, 'POST', '/agents', { as, body: { login: 'x@acme.test', name: 'X' } }), 403);
  assertRefusal(await livechat(parley, 'DELETE', `/agents/${owner.login}`, { as }), 403);
});

function pick(object, names) {
  return Object.fromEntries(names.filter((name) => name in object).map((name) => [name, object[name]]));
}
