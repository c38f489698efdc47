// The Rocket.Chat face: sessions, refusals and the routes of the first part, as scripts use them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { admin, Parley } from './support/parley.mjs';
import { RocketChat, Visitor } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

let parley, administrator, anonymous;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  anonymous = new RocketChat(parley, {});
});
after(() => parley.stop());

async function newAgent(username, name = username) {
  const { user } = await administrator.post('users.create', {
    username, name, email: `${username}@acme.test`, password: `${username}-password-1`, verified: true,
  });
  await administrator.post('livechat/users/agent', { username });
  await administrator.post('users.setStatus', { userId: user._id, status: 'online', message: '' });
  await administrator.post('livechat/agent.status', { agentId: user._id, status: 'available' });
  return user;
}

test('login answers a session that works until logout', async () => {
  const { data, status } = await anonymous.post('login', { user: admin.username, password: admin.password });
  assert.equal(status, 'success');
  assert.equal(data.me.username, admin.username);
  const session = new RocketChat(parley, { 'X-Auth-Token': data.authToken, 'X-User-Id': data.userId });
  const me = await session.get('me');
  assert.equal(me._id, data.userId);
  assert.equal(me.success, true);
  await session.post('logout');
  assert.equal((await session.call('GET', 'me')).status, 401);
});

test('a wrong password is 401 in the shape clients expect', async () => {
  const answer = await anonymous.call('POST', 'login', { user: admin.username, password: 'wrong' });
  assert.equal(answer.status, 401);
  assert.equal(answer.json.status, 'error');
  assert.equal(answer.json.message, 'Unauthorized');
});

test('missing and wrong sessions are 401', async () => {
  for (const session of [{}, { 'X-Auth-Token': 'x', 'X-User-Id': 'y' }, { 'X-Auth-Token': 'x' }]) {
    const answer = await new RocketChat(parley, session).call('GET', 'livechat/rooms');
    assert.equal(answer.status, 401);
    assert.equal(answer.json.status, 'error');
    assert.equal(answer.json.message, 'You must be logged in to do this.');
    assert.equal(answer.headers.get('content-type'), 'application/json');
  }
});

test('a user without permission is 403', async () => {
  await administrator.post('users.create', { username: 'guest', name: 'Guest', email: 'guest@acme.test', password: 'guest-password-1', verified: true });
  const guest = await RocketChat.login(parley, 'guest', 'guest-password-1');
  const answer = await guest.call('GET', 'livechat/users/manager');
  assert.equal(answer.status, 403);
  assert.equal(answer.json.success, false);
});

test('a request that does not fit its route is 400 with a reason', async () => {
  const answer = await administrator.call('POST', 'livechat/department', {});
  assert.equal(answer.status, 400);
  assert.equal(answer.json.success, false);
  assert.match(answer.json.error, /department/);
});

test('unknown routes and methods are refused as the server does', async () => {
  const unknown = await administrator.call('GET', 'no/such/route');
  assert.equal(unknown.status, 404);
  assert.equal(unknown.json.status, 'error');
  assert.equal((await administrator.call('DELETE', 'livechat/rooms')).status, 405);
});

test('/api/info says which server this is', async () => {
  const response = await fetch(`${parley.server}/api/info`);
  assert.equal(response.status, 200);
  const info = await response.json();
  assert.equal(info.success, true);
  assert.match(info.version, /^8\./);
});

test('users are made, read, changed, made present and removed', async () => {
  const { user } = await administrator.post('users.create', {
    username: 'una', name: 'Una', email: 'una@acme.test', password: 'una-password-1', verified: true,
  });
  assert.equal(user.username, 'una');
  await administrator.post('users.update', { userId: user._id, data: { name: 'Una Maris' } });
  assert.equal((await administrator.get('users.info?username=una')).user.name, 'Una Maris');
  await administrator.post('users.setStatus', { userId: user._id, status: 'busy', message: 'at lunch' });
  assert.equal((await administrator.get(`users.info?userId=${user._id}`)).user.status, 'busy');
  await administrator.post('users.delete', { userId: user._id });
  assert.equal((await administrator.call('GET', `users.info?userId=${user._id}`)).status, 400);
});

test('agents and managers are listed and removed', async () => {
  const user = await newAgent('axel');
  const agents = await administrator.get('livechat/users/agent');
  rocketchatSpec.assertAnswer('GET livechat/users/{type}', agents);
  assert.ok(agents.users.some(({ _id }) => _id === user._id));
  await administrator.post('livechat/users/manager', { username: 'axel' });
  assert.ok((await administrator.get('livechat/users/manager')).users.some(({ username }) => username === 'axel'));
  await administrator.ok('DELETE', `livechat/users/agent/${user._id}`);
  assert.ok(!(await administrator.get('livechat/users/agent')).users.some(({ _id }) => _id === user._id));
});

test('a department has its agents', async () => {
  const user = await newAgent('dieter');
  const made = await administrator.post('livechat/department', {
    department: { enabled: true, name: 'Depot', email: 'depot@acme.test', showOnRegistration: true, showOnOfflineForm: true },
    agents: [{ agentId: user._id }],
  });
  rocketchatSpec.assertAnswer('POST livechat/department', made);
  const read = await administrator.get(`livechat/department/${made.department._id}`);
  assert.equal(read.department.name, 'Depot');
  const { agents } = await administrator.get(`livechat/department/${made.department._id}/agents`);
  assert.deepEqual(agents.map(({ agentId }) => agentId), [user._id]);
});

test('a chat is opened, talked in, read and closed', async () => {
  const user = await newAgent('rosa');
  const visitor = new Visitor(parley, 'token-of-vera');
  const registered = await visitor.register({ name: 'Vera', email: 'vera@buyer.test' });
  assert.equal(registered.token, 'token-of-vera');
  const room = await visitor.open();
  assert.equal(room.open, true);
  assert.equal((await visitor.open())._id, room._id);
  await visitor.say('Good morning');
  const agent = await RocketChat.login(parley, room.servedBy.username, `${room.servedBy.username}-password-1`);
  await agent.post('chat.sendMessage', { message: { rid: room._id, msg: 'Good morning, Vera' } });

  const { messages } = await visitor.api.get(`livechat/messages.history/${room._id}?token=${visitor.token}`);
  const said = messages.filter(({ t }) => t === undefined).map(({ msg }) => msg);
  assert.deepEqual([...said].sort(), ['Good morning', 'Good morning, Vera']);

  const { rooms, total } = await administrator.get('livechat/rooms?open=true');
  assert.equal(total, rooms.length);
  assert.ok(rooms.some(({ _id }) => _id === room._id));

  const closed = await visitor.close();
  assert.equal(closed.rid, room._id);
  const info = await administrator.get(`rooms.info?roomId=${room._id}`);
  assert.equal(info.room.open, undefined);
  assert.equal(info.room.closer, 'visitor');
  assert.ok(user._id);
});

test('a personal access token works as a session until it is removed', async () => {
  const { token } = await administrator.post('users.generatePersonalAccessToken', { tokenName: 'script' });
  const script = new RocketChat(parley, { 'X-Auth-Token': token, 'X-User-Id': administrator.userId });
  assert.equal((await script.get('me')).username, admin.username);
  const { tokens } = await administrator.get('users.getPersonalAccessTokens');
  assert.deepEqual(tokens.map(({ name }) => name), ['script']);
  await administrator.post('users.removePersonalAccessToken', { tokenName: 'script' });
  assert.equal((await script.call('GET', 'me')).status, 401);
});

test('rooms are listed by every filter, sorted and paged', async () => {
  const agent = await newAgent('felix');
  const { department } = await administrator.post('livechat/department', {
    department: { enabled: true, name: 'Filters', email: 'f@acme.test', showOnRegistration: false, showOnOfflineForm: false },
    agents: [{ agentId: agent._id }],
  });
  const ids = {};
  for (const name of ['first filtered', 'second filtered']) {
    const visitor = new Visitor(parley, `token-${name}`);
    await visitor.register({ name, department: department._id });
    ids[name] = (await visitor.open())._id;
    await visitor.say('Hello');
  }
  const felix = await RocketChat.login(parley, 'felix', 'felix-password-1');
  await felix.post('livechat/room.closeByUser', { rid: ids['first filtered'], comment: 'done', tags: ['odd', 'even'] });
  const both = [ids['first filtered'], ids['second filtered']];
  const found = async (query) => {
    const answer = await administrator.get(`livechat/rooms?${query}`);
    rocketchatSpec.assertAnswer('GET livechat/rooms', answer);
    return answer.rooms.map(({ _id }) => _id);
  };
  const here = `departmentId=${department._id}&sort=${encodeURIComponent('{"ts":1}')}`;
  assert.deepEqual(await found(here), both);
  assert.deepEqual(await found(`departmentId=${department._id}&sort=${encodeURIComponent('{"ts":-1}')}`), [...both].reverse());
  assert.deepEqual(await found(`${here}&open=true`), [both[1]]);
  assert.deepEqual(await found(`${here}&open=false`), [both[0]]);
  assert.deepEqual(await found(`${here}&tags[]=odd`), [both[0]]);
  assert.deepEqual(await found(`${here}&tags[]=other`), []);
  assert.deepEqual(await found(`${here}&agents[]=${agent._id}`), both);
  assert.deepEqual(await found(`agents[]=${agent._id}&roomName=second`), [both[1]]);
  const until = encodeURIComponent(JSON.stringify({ start: '2020-01-01T00:00:00Z', end: '2020-12-31T00:00:00Z' }));
  const since = encodeURIComponent(JSON.stringify({ start: '2020-01-01T00:00:00Z' }));
  assert.deepEqual(await found(`${here}&createdAt=${until}`), []);
  assert.deepEqual(await found(`${here}&createdAt=${since}`), both);
  assert.deepEqual(await found(`${here}&closedAt=${since}`), [both[0]]);
  const page = await administrator.get(`livechat/rooms?${here}&offset=1&count=1`);
  assert.deepEqual([page.rooms.length, page.count, page.offset, page.total], [1, 1, 1, 2]);
  assert.equal(page.rooms[0]._id, both[1]);
});

test('saveInfo changes the visitor and the room', async () => {
  await newAgent('sigrid');
  const visitor = new Visitor(parley, 'token-saved');
  const { _id } = await visitor.register({ name: 'Before' });
  const room = await visitor.open();
  await administrator.post('livechat/room.saveInfo', {
    guestData: { _id, name: 'After', email: 'after@buyer.test', phone: '+49 30 1' },
    roomData: { _id: room._id, topic: 'Canoes', tags: ['boats'] },
  });
  const { room: saved } = await administrator.get(`rooms.info?roomId=${room._id}`);
  assert.deepEqual([saved.topic, saved.tags, saved.fname], ['Canoes', ['boats'], 'After']);
  const { visitor: known } = await administrator.get(`livechat/visitors.info?visitorId=${_id}`);
  assert.deepEqual([known.name, known.visitorEmails, known.phone], ['After', [{ address: 'after@buyer.test' }], [{ phoneNumber: '+49 30 1' }]]);
});

test('a setting takes effect at once', async () => {
  await administrator.post('settings/Livechat_title', { value: 'Ask us' });
  assert.equal((await anonymous.get('livechat/config')).config.theme.title, 'Ask us');
  const { value } = await administrator.get('settings/Livechat_title');
  assert.equal(value, 'Ask us');
});

test('a permission that is taken away is missed at once', async () => {
  const agent = await newAgent('perry');
  const perry = await RocketChat.login(parley, 'perry', 'perry-password-1');
  // Agents see the chats they ask for as their own, nobody else's.
  const rooms = async (query = '') => (await perry.call('GET', `livechat/rooms${query}`)).status;
  const own = `?agents[]=${agent._id}`;
  assert.deepEqual([await rooms(own), await rooms()], [200, 403]);
  const { update } = await administrator.get('permissions.listAll');
  const before = update.filter(({ _id }) => ['view-l-room', 'view-livechat-rooms'].includes(_id)).map(({ _id, roles }) => ({ _id, roles }));
  await administrator.post('permissions.update', { permissions: before.map(({ _id }) => ({ _id, roles: ['admin'] })) });
  assert.equal(await rooms(own), 403);
  await administrator.post('permissions.update', { permissions: before });
  assert.equal(await rooms(own), 200);
});

test('a visitor\'s token opens no other visitor\'s room', async () => {
  await newAgent('ruth');
  const one = new Visitor(parley, 'token-one');
  await one.register({ name: 'One' });
  const room = await one.open();
  const other = new Visitor(parley, 'token-other');
  await other.register({ name: 'Other' });
  const stolen = await other.api.call('GET', `livechat/messages.history/${room._id}?token=token-other`);
  assert.equal(stolen.status, 400);
  const spoken = await other.api.call('POST', 'livechat/message', { token: 'token-other', rid: room._id, msg: 'boo' });
  assert.equal(spoken.status, 400);
  const shut = await other.api.call('POST', 'livechat/room.close', { token: 'token-other', rid: room._id });
  assert.equal(shut.status, 400);
});

test('hostile requests are refused, never answered with 5xx', async () => {
  const json = { 'Content-Type': 'application/json', ...administrator.session };
  for (const body of ['{', '[]', 'null', '{"department":[]}', '{"department":{"name":{}}}', '['.repeat(5000)]) {
    const response = await fetch(`${parley.server}/api/v1/livechat/department`, { method: 'POST', headers: json, body });
    assert.ok(response.status >= 400 && response.status < 500, `${response.status} for ${body.slice(0, 40)}`);
  }
  for (const query of ['count=x', 'sort=%7B', 'sort={"ts":"down"}', 'query={"$where":"1"}', 'agents[]=%00', 'count=99999999999999999999', 'offset=-1', 'createdAt=%7B%7D']) {
    const answer = await administrator.call('GET', `livechat/rooms?${query}`);
    assert.ok(answer.status < 500, `${query}: ${answer.text}`);
  }
});
