// What a Community workspace lacks, Parley serves on the Rocket.Chat face to whom the workspace knows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { livechat, ok } from './support/livechat.mjs';
import { Parley } from './support/parley.mjs';
import { RocketChat } from './support/rocketchat.mjs';

let parley, administrator, agent, department;
before(async () => {
  parley = await Parley.startInFront({ settings: { embedded__edition: 'community' } });
  administrator = await RocketChat.login(parley);
  await administrator.post('users.create', { email: 'ann@acme.test', name: 'Ann', username: 'ann', password: 'ann-password-1', roles: ['user'], verified: true });
  await administrator.post('livechat/users/agent', { username: 'ann' });
  agent = await RocketChat.login(parley, 'ann', 'ann-password-1');
  const made = { enabled: true, name: 'Help', email: '', showOnRegistration: true, showOnOfflineForm: true };
  department = (await administrator.post('livechat/department', { department: made, agents: [{ agentId: agent.userId }] })).department;
});
after(() => parley.stop());

const named = async (client, text) => (await client.get(`canned-responses?text=${text}`)).cannedResponses[0];

test('the workspace itself has no canned responses', async () => {
  const directly = await RocketChat.login(parley.workspace);
  const refused = await directly.call('GET', 'canned-responses');
  assert.deepEqual([refused.status, refused.json.errorType], [400, 'error-action-not-allowed']);
});

test('canned responses are kept here, and are those of the LiveChat face', async () => {
  await administrator.post('canned-responses', { shortcut: 'hi', text: 'Hello!', scope: 'global', tags: ['greet'] });
  const shown = await named(agent, 'Hello');
  assert.deepEqual([shown.shortcut, shown.scope, shown.createdBy.username], ['hi', 'global', 'admin']);
  const [there] = await ok(livechat(parley, 'GET', '/canned_responses'));
  assert.deepEqual([there.text, there.tags], ['Hello!', ['hi', 'greet']]);
  await administrator.ok('DELETE', 'canned-responses', { _id: shown._id });
  assert.deepEqual(await ok(livechat(parley, 'GET', '/canned_responses')), []);
});

test('departments are those of the workspace', async () => {
  const body = { shortcut: 'dep', text: 'Of the department', scope: 'department', departmentId: department._id };
  await administrator.post('canned-responses', body);
  assert.equal((await named(agent, 'Of')).departmentId, department._id);
  const refused = await administrator.call('POST', 'canned-responses', { ...body, shortcut: 'x', departmentId: 'nowhere' });
  assert.equal(refused.json.errorType, 'error-invalid-department');
});

test('roles of the workspace decide who may what', async () => {
  const refused = await agent.call('POST', 'canned-responses', { shortcut: 'g', text: 'Global', scope: 'global' });
  assert.deepEqual([refused.status, refused.json.errorType], [400, 'error-not-allowed']);
  await agent.post('canned-responses', { shortcut: 'mine', text: 'Mine alone', scope: 'user' });
  assert.equal((await named(agent, 'Mine')).userId, agent.userId);
  assert.equal((await agent.call('POST', 'livechat/tags.save', { tagData: { name: 'x' } })).status, 403);
});

test('tags too', async () => {
  const saved = await administrator.post('livechat/tags.save', { tagData: { name: 'vip', description: '' }, tagDepartments: [department._id] });
  assert.deepEqual((await administrator.get('livechat/tags?text=&viewAll=true')).tags.map(({ name }) => name), ['vip']);
  assert.deepEqual((await ok(livechat(parley, 'GET', '/tags'))).map(({ name }) => name), ['vip']);
  await administrator.post('livechat/tags.delete', { id: saved._id });
});

test('premium figures are those of the ledger', async () => {
  const day = new Date().toISOString().slice(0, 10);
  const figures = await administrator.get(`livechat/analytics/departments/amount-of-chats?start=${day}&end=${day}`);
  assert.ok(Array.isArray(figures.departments));
});

test('who has no session, or a wrong one, gets what the workspace says', async () => {
  const nobody = new RocketChat(parley);
  assert.equal((await nobody.call('GET', 'canned-responses')).status, 401);
  const wrong = new RocketChat(parley, { 'X-User-Id': agent.userId, 'X-Auth-Token': 'wrong' });
  assert.equal((await wrong.call('GET', 'canned-responses')).status, 401);
  const others = new RocketChat(parley, { 'X-User-Id': administrator.userId, 'X-Auth-Token': agent.session['X-Auth-Token'] });
  assert.equal((await others.call('GET', 'canned-responses')).status, 401);
});

test('what the workspace refuses and nobody serves stays refused', async () => {
  const refused = await administrator.call('GET', 'livechat/analytics/dashboards/conversations-by-status?start=2026-01-01&end=2026-01-02');
  assert.equal(refused.json.errorType, 'error-action-not-allowed');
});
