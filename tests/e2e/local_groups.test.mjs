// A Community workspace has one department; further groups live beside it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok } from './support/livechat.mjs';
import { Parley } from './support/parley.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';

let parley, administrator, first, second;
const add = (name, agents = ['ann@acme.test'], more = {}) => ok(livechat(parley, 'POST', '/groups', { body: { name, agents, ...more } }));
before(async () => {
  parley = await Parley.startInFront({ settings: {
    embedded__edition: 'community',
    groups__rules: JSON.stringify([{ group: 'Help', when: { tag: 'sale', url_contains: '/nowhere' } }, { group: 'Sales', when: { tag: 'sale', agent: 'ann@acme.test' } }]),
  } });
  administrator = await RocketChat.login(parley);
  for (const name of ['Ann', 'Bob']) await ok(livechat(parley, 'POST', '/agents', { body: { login: `${name.toLowerCase()}@acme.test`, name } }));
  await makeAvailable(administrator, 'ann@acme.test');
  first = await add('Help');
  second = await add('Sales', ['ann@acme.test', 'bob@acme.test'], { language: 'de' });
});
after(() => parley.stop());

test('the first group is the department, the second one is none', async () => {
  livechatSpec.assertAnswer('GroupsPost', second);
  assert.deepEqual((await administrator.get('livechat/department')).departments.map(({ name }) => name), ['Help']);
  assert.deepEqual(second, { id: second.id, name: 'Sales', language: 'de', agents: ['ann@acme.test', 'bob@acme.test'], status: 'accepting chats' });
  assert.notEqual(second.id, first.id);
});

test('both are listed and shown alike', async () => {
  const groups = await ok(livechat(parley, 'GET', '/groups'));
  livechatSpec.assertAnswer('GroupsGet', groups);
  assert.deepEqual(groups.map(({ name }) => name), ['All operators', 'Help', 'Sales']);
  assert.deepEqual(groups[2], second);
  assert.deepEqual(await ok(livechat(parley, 'GET', `/groups/${second.id}`)), second);
  assert.equal((await ok(livechat(parley, 'GET', `/groups/${first.id}`))).name, 'Help');
});

test('its status is that of its agents', async () => {
  assert.deepEqual(await ok(livechat(parley, 'GET', `/status/${second.id}`)), { status: 'online' });
  const { id } = await add('Nobody there', ['bob@acme.test']);
  assert.deepEqual(await ok(livechat(parley, 'GET', `/status?group=${id}`)), { status: (await ok(livechat(parley, 'GET', `/groups/${id}`))).status === 'accepting chats' ? 'online' : 'offline' });
  await ok(livechat(parley, 'DELETE', `/groups/${id}`));
});

test('chats are its own by the first rule that fits', async () => {
  const visitor = new Visitor(parley, 'buyer');
  await visitor.register({ name: 'Bea', email: 'bea@buyer.test' });
  await visitor.open();
  await visitor.say('How much is it?');
  const chatOf = async () => (await ok(livechat(parley, 'GET', '/chats?include_pending=1&query=bea@buyer.test'))).chats[0];
  const { id, group } = await chatOf();
  assert.notDeepEqual(group, [second.id]);
  await ok(livechat(parley, 'PUT', `/chats/${id}/tags`, { body: { tag: ['sale'] } }));
  assert.deepEqual((await chatOf()).group, [second.id]);
  const { chats } = await ok(livechat(parley, 'GET', `/chats?include_pending=1&group=${second.id}`));
  assert.deepEqual(chats.map((chat) => chat.id), [id]);
});

test('it is changed and removed like any other', async () => {
  const { id } = await add('Brief');
  assert.deepEqual(await ok(livechat(parley, 'PUT', `/groups/${id}`, { body: { name: 'Briefer', agents: ['bob@acme.test'] } })).then(({ name, agents, language }) => [name, agents, language]), ['Briefer', ['bob@acme.test'], 'en']);
  assertRefusal(await livechat(parley, 'PUT', `/groups/${id}`, { body: { agents: ['nobody@acme.test'] } }), 400);
  assert.deepEqual(await ok(livechat(parley, 'DELETE', `/groups/${id}`)), { result: 'group removed successfully' });
  for (const method of ['GET', 'DELETE']) assertRefusal(await livechat(parley, method, `/groups/${id}`), 404);
  assertRefusal(await livechat(parley, 'PUT', `/groups/${id}`, { body: { name: 'x' } }), 404);
  assertRefusal(await livechat(parley, 'GET', `/status/${id}`), 404);
});

test('the department is changed and removed as ever', async () => {
  assert.equal((await ok(livechat(parley, 'PUT', `/groups/${first.id}`, { body: { name: 'Help desk' } }))).name, 'Help desk');
  assert.deepEqual((await administrator.get('livechat/department')).departments.map(({ name }) => name), ['Help desk']);
});
