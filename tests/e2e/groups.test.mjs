// Groups and status of the LiveChat face.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok, publishedClient } from './support/livechat.mjs';
import { owner, Parley } from './support/parley.mjs';
import { makeAvailable, RocketChat } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';

let parley, client, administrator;
before(async () => {
  parley = await Parley.start();
  client = publishedClient(parley);
  administrator = await RocketChat.login(parley);
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'ben@acme.test', name: 'Ben' } }));
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'ada@acme.test', name: 'Ada' } }));
});
after(() => parley.stop());

test('group 0 is everybody, first and without members', async () => {
  const groups = await client.groups.list({});
  livechatSpec.assertAnswer('GroupsGet', groups);
  assert.deepEqual({ ...groups[0], status: 'any' }, { id: 0, name: 'All operators', language: 'en', status: 'any' });
  assert.deepEqual(await client.groups.get(0), groups[0]);
  assertRefusal(await livechat(parley, 'PUT', '/groups/0', { body: { name: 'Mine' } }), 400);
  assertRefusal(await livechat(parley, 'DELETE', '/groups/0'), 400);
});

test('a new group shows its agents in the order sent, keeps them, and is a department', async () => {
  const made = await client.groups.create({ name: 'Returns', agents: ['ben@acme.test', 'ada@acme.test'], language: 'pl' });
  livechatSpec.assertAnswer('GroupsPost', made);
  assert.ok(Number.isInteger(made.id) && made.id > 0);
  assert.deepEqual(made, { id: made.id, name: 'Returns', language: 'pl', agents: ['ben@acme.test', 'ada@acme.test'], status: 'offline' });
  const kept = { ...made, agents: ['ada@acme.test', 'ben@acme.test'] };
  assert.deepEqual(await client.groups.get(made.id), kept);
  assert.deepEqual((await client.groups.list({})).find(({ id }) => id === made.id), kept);
  const { departments } = await administrator.get('livechat/department');
  assert.ok(departments.some(({ name, numAgents }) => name === 'Returns' && numAgents === 2));
});

test('agents are required and must exist', async () => {
  assertRefusal(await livechat(parley, 'POST', '/groups', { body: { name: 'Nobody' } }), 400);
  assertRefusal(await livechat(parley, 'POST', '/groups', { body: { name: 'Ghosts', agents: ['ghost@acme.test'] } }), 400);
  const { departments } = await administrator.get('livechat/department');
  assert.ok(!departments.some(({ name }) => name === 'Ghosts' || name === 'Nobody'));
});

test('an update replaces the agents it names and keeps the rest', async () => {
  const { id } = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Before', agents: ['ben@acme.test'] } }));
  const renamed = await client.groups.update(id, { name: 'After' });
  assert.equal(renamed.name, 'After');
  assert.deepEqual(renamed.agents, ['ben@acme.test']);
  const staffed = await ok(livechat(parley, 'PUT', `/groups/${id}`, { body: new URLSearchParams([['agent[0]', 'ada@acme.test'], ['language', 'fr']]) }));
  livechatSpec.assertAnswer('GroupsABC123Put', staffed);
  assert.deepEqual(staffed, { id, name: 'After', language: 'fr', agents: ['ada@acme.test'], status: 'offline' });
});

test('the C# client repeats an index and means two agents', async () => {
  const body = new URLSearchParams([['name', 'Pair'], ['agents[0]', 'ada@acme.test'], ['agents[0]', 'ben@acme.test']]);
  const made = await ok(livechat(parley, 'POST', '/groups', { body }));
  assert.deepEqual(made.agents, ['ada@acme.test', 'ben@acme.test']);
});

test('a removed group is gone and its number is never used again', async () => {
  const { id } = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Gone', agents: ['ben@acme.test'] } }));
  assert.deepEqual(await client.groups.delete(id), { result: 'group removed successfully' });
  assertRefusal(await livechat(parley, 'GET', `/groups/${id}`), 404);
  assertRefusal(await livechat(parley, 'DELETE', `/groups/${id}`), 404);
  assert.ok(!(await client.groups.list({})).some((group) => group.id === id));
  const next = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Next', agents: ['ben@acme.test'] } }));
  assert.ok(next.id > id);
});

test('unknown and impossible group ids are 404', async () => {
  for (const id of ['999999', 'ABC123', '-1', '99999999999999999999'])
    assertRefusal(await livechat(parley, 'GET', `/groups/${id}`), 404);
});

test('status is online as soon as one agent of the group accepts chats', async () => {
  const { id } = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Watched', agents: ['ada@acme.test'] } }));
  assert.deepEqual(await ok(livechat(parley, 'GET', `/status/${id}`)), { status: 'offline' });
  await makeAvailable(administrator, 'ada@acme.test');
  const online = { status: 'online' };
  assert.deepEqual(await client.status.get({ group: id }), online);
  assert.deepEqual(await ok(livechat(parley, 'GET', `/status/${id}`)), online);
  assert.deepEqual(await ok(livechat(parley, 'GET', `/status/?group=${id}`)), online);
  assert.deepEqual(await ok(livechat(parley, 'GET', '/status')), online);
  assert.deepEqual(await ok(livechat(parley, 'GET', '/status/0')), online);
  assertRefusal(await livechat(parley, 'GET', '/status/987654'), 404);
});

test('group 0 and other groups show the best status among their agents', async () => {
  await makeAvailable(administrator, 'ada@acme.test');
  assert.equal((await client.groups.get(0)).status, 'accepting chats');
  await ok(livechat(parley, 'PUT', '/agents/ada@acme.test', { body: { status: 'not accepting chats' } }));
  const { id } = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Mood', agents: ['ada@acme.test', 'ben@acme.test'] } }));
  assert.equal((await client.groups.get(id)).status, 'not accepting chats');
  assert.ok(owner.login);
});
