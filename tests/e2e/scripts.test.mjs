// What omnichannel scripts call beside the livechat routes: messages, rooms and seats as any client of a workspace
// reads them, and realtime methods over REST.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Parley } from './support/parley.mjs';
import { RocketChat, Visitor } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

let parley, administrator, agent, visitor, room;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  await administrator.post('users.create', {
    username: 'ann', name: 'Ann', email: 'ann@acme.test', password: 'ann-password-1', roles: ['user', 'livechat-agent'],
  });
  agent = await RocketChat.login(parley, 'ann', 'ann-password-1');
  await agent.post('livechat/agent.status', { status: 'available' });
  // The owner is an agent too, and must not take the chat.
  const { users } = await administrator.get('livechat/users/agent');
  for (const { _id, username } of users) {
    if (username !== 'ann') await administrator.post('livechat/agent.status', { agentId: _id, status: 'not-available' });
  }
  visitor = new Visitor(parley, 'token-of-vera');
  await visitor.register({ name: 'Vera' });
  room = await visitor.open();
  assert.equal(room.servedBy.username, 'ann');
});
after(() => parley.stop());

const say = async (msg) => (await agent.post('chat.sendMessage', { message: { rid: room._id, msg } })).message;
const later = (moment) => new Date(Date.parse(moment) - 1).toISOString();

test('messages are searched, changed, deleted and followed', async () => {
  const said = await say('a needle in the hay');
  await visitor.say('only hay');
  const found = await agent.get(`chat.search?roomId=${room._id}&searchText=needle`);
  rocketchatSpec.assertAnswer('GET chat.search', found);
  assert.deepEqual(found.messages.map(({ _id }) => _id), [said._id]);

  await agent.post('chat.update', { roomId: room._id, msgId: said._id, text: 'a pin in the hay' });
  assert.equal((await agent.get(`chat.getMessage?msgId=${said._id}`)).message.msg, 'a pin in the hay');
  const since = later(said._updatedAt);
  const changed = await agent.get(`chat.syncMessages?roomId=${room._id}&lastUpdate=${since}`);
  rocketchatSpec.assertAnswer('GET chat.syncMessages', changed);
  assert.ok(changed.result.updated.some(({ msg }) => msg === 'a pin in the hay'));

  await agent.post('chat.delete', { roomId: room._id, msgId: said._id });
  const { result } = await agent.get(`chat.syncMessages?roomId=${room._id}&lastUpdate=${since}`);
  assert.deepEqual(result.deleted.map(({ _id }) => _id), [said._id]);
});

test('editing and deleting end when the settings say so', async () => {
  const said = await say('for ever');
  await administrator.post('settings/Message_AllowEditing', { value: false });
  const edited = await agent.call('POST', 'chat.update', { roomId: room._id, msgId: said._id, text: 'changed' });
  assert.equal(edited.json.errorType, 'error-action-not-allowed');
  await administrator.post('settings/Message_AllowEditing', { value: true });
  await administrator.post('settings/Message_AllowDeleting', { value: false });
  const deleted = await agent.call('POST', 'chat.delete', { roomId: room._id, msgId: said._id });
  assert.equal(deleted.json.error, 'Not allowed [error-action-not-allowed]');
  await administrator.post('settings/Message_AllowDeleting', { value: true });
  await administrator.post('settings/Message_ShowDeletedStatus', { value: true });
  await agent.post('chat.delete', { roomId: room._id, msgId: said._id });
  const { message } = await agent.get(`chat.getMessage?msgId=${said._id}`);
  assert.equal(message.t, 'rm');
  assert.equal(message.msg, '');
  await administrator.post('settings/Message_ShowDeletedStatus', { value: false });
});

test('a message over the limit is refused', async () => {
  await administrator.post('settings/Message_MaxAllowedSize', { value: 10 });
  const long = await agent.call('POST', 'chat.postMessage', { roomId: room._id, text: 'x'.repeat(11) });
  assert.equal(long.json.error, 'error-message-size-exceeded');
  await administrator.post('settings/Message_MaxAllowedSize', { value: 5000 });
  const { message, channel } = await agent.post('chat.postMessage', { roomId: room._id, text: 'x'.repeat(11) });
  assert.equal(channel, room._id);
  assert.equal(message.msg.length, 11);
});

test('the serving agent has a seat whose unread messages are counted', async () => {
  const seat = async () => {
    const answer = await agent.get(`subscriptions.getOne?roomId=${room._id}`);
    rocketchatSpec.assertAnswer('GET subscriptions.getOne', answer);
    return answer.subscription;
  };
  await agent.post('subscriptions.read', { rid: room._id });
  assert.equal((await seat()).unread, 0);
  await visitor.say('Are you there?');
  assert.equal((await seat()).unread, 1);
  assert.equal((await seat()).alert, true);
  const mine = await agent.get('subscriptions.get');
  rocketchatSpec.assertAnswer('GET subscriptions.get', mine);
  assert.deepEqual(mine.update.map(({ rid }) => rid), [room._id]);
  assert.equal((await administrator.get('subscriptions.get')).update.length, 0);
  assert.equal((await administrator.get(`subscriptions.getOne?roomId=${room._id}`)).subscription, null);
});

test('the room is read by itself, as a channel and among the agent\'s rooms', async () => {
  const info = await agent.get(`rooms.info?roomId=${room._id}`);
  const channel = await agent.get(`channels.info?roomId=${room._id}`);
  rocketchatSpec.assertAnswer('GET channels.info', channel);
  assert.deepEqual(channel.channel, info.room);
  const rooms = await agent.get('rooms.get');
  rocketchatSpec.assertAnswer('GET rooms.get', rooms);
  assert.deepEqual(rooms.update.map(({ _id }) => _id), [room._id]);
});

test('an agent who has no part in the chat sees nothing of it', async () => {
  await administrator.post('users.create', {
    username: 'eve', name: 'Eve', email: 'eve@acme.test', password: 'eve-password-1', roles: ['user', 'livechat-agent'],
  });
  const eve = await RocketChat.login(parley, 'eve', 'eve-password-1');
  const said = await say('between us');
  for (const path of [
    `rooms.info?roomId=${room._id}`, `channels.info?roomId=${room._id}`, `chat.getMessage?msgId=${said._id}`,
    `chat.search?roomId=${room._id}&searchText=between`, `chat.syncMessages?roomId=${room._id}&lastUpdate=2026-01-01`,
    `livechat/${room._id}/messages`,
  ]) {
    const answer = await eve.call('GET', path);
    assert.ok([400, 403].includes(answer.status), `${path}: ${answer.text}`);
    assert.ok(!answer.text.includes('between us'), path);
  }
  assert.equal((await eve.get('rooms.get')).update.length, 0);
  assert.equal((await eve.call('POST', 'subscriptions.read', { rid: room._id })).status, 400);
});

// A method's envelope, opened.
async function method(caller, name, ...params) {
  const message = JSON.stringify({ msg: 'method', id: '42', method: name, params });
  const answer = await caller.call('POST', `method.call/${name}`, { message });
  assert.ok([200, 400].includes(answer.status), answer.text);
  const inner = JSON.parse(answer.json.message);
  assert.equal(inner.id, '42');
  assert.equal(answer.json.success, inner.error === undefined);
  return inner;
}

test('realtime methods answer over REST', async () => {
  const { result } = await method(agent, 'sendMessage', { rid: room._id, msg: 'by method' });
  assert.equal(result.msg, 'by method');
  assert.equal(typeof result.ts.$date, 'number');
  assert.equal((await agent.get(`chat.getMessage?msgId=${result._id}`)).message.msg, 'by method');
  const refused = await method(agent, 'saveSetting', 'Livechat_title', 'Mine');
  assert.equal(refused.error.error, 'error-not-allowed');
  const unknown = await method(administrator, 'no:such');
  assert.deepEqual(unknown.error, {
    isClientSafe: true, error: 404, reason: "Method 'no:such' not found", message: "Method 'no:such' not found [404]",
    errorType: 'Meteor.Error',
  });
});

test('methods of older lines define custom fields', async () => {
  const field = { field: 'plan', label: 'Plan', scope: 'room', visibility: 'visible', regexp: '', searchable: false };
  assert.equal((await method(administrator, 'livechat:saveCustomField', null, field)).result._id, 'plan');
  assert.equal((await agent.get('livechat/custom-fields/plan')).customField.label, 'Plan');
  await method(administrator, 'livechat:removeCustomField', 'plan');
  assert.equal((await agent.get('livechat/custom-fields/plan')).customField, null);
});

test('a closed chat leaves the agent\'s seats and rooms', async () => {
  const { subscription } = await agent.get(`subscriptions.getOne?roomId=${room._id}`);
  const since = later(subscription._updatedAt);
  assert.equal((await method(agent, 'livechat:closeRoom', room._id, 'done', { clientAction: true })).result, true);
  const { update, remove } = await agent.get(`subscriptions.get?updatedSince=${since}`);
  assert.deepEqual(update, []);
  assert.ok(remove.some(({ _id }) => _id === subscription._id));
  assert.equal((await agent.get('rooms.get')).update.length, 0);
});
