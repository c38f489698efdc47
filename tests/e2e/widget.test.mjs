// What a widget is told and how it is set up: appearance, triggers, the webhook's settings, and routes old widgets call.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Parley } from './support/parley.mjs';
import { RocketChat, Visitor } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

let parley, administrator, widget, agent;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  widget = new RocketChat(parley, {});
  await administrator.post('users.create', { username: 'wanda', name: 'Wanda', email: 'wanda@acme.test', password: 'wanda-password-1', verified: true });
  await administrator.post('livechat/users/agent', { username: 'wanda' });
  agent = await RocketChat.login(parley, 'wanda', 'wanda-password-1');
  await agent.post('livechat/agent.status', { status: 'available' });
});
after(() => parley.stop());

async function openChat(token) {
  const visitor = new Visitor(parley, token);
  await visitor.register({ name: token });
  await visitor.open();
  return visitor;
}
const config = async (query = '') => {
  const answer = await widget.get(`livechat/config${query}`);
  rocketchatSpec.assertAnswer('GET livechat/config', answer);
  return answer.config;
};

test('the configuration follows the appearance at once', async () => {
  assert.deepEqual(await administrator.post('livechat/appearance', [
    { _id: 'Livechat_title', value: 'Acme' }, { _id: 'Livechat_show_agent_email', value: 'no' },
  ]), { success: true });
  assert.equal((await config()).theme.title, 'Acme');
  const answer = await administrator.get('livechat/appearance');
  rocketchatSpec.assertAnswer('GET livechat/appearance', answer);
  const values = Object.fromEntries(answer.appearance.map(({ _id, value }) => [_id, value]));
  assert.equal(values.Livechat_title, 'Acme');
  assert.equal(values.Livechat_show_agent_email, false);
});

test('the configuration knows guest, room and agent of a token', async () => {
  const visitor = await openChat('config-visitor');
  const known = await config(`?token=${visitor.token}`);
  assert.equal(known.guest.token, visitor.token);
  assert.equal(known.room._id, visitor.room._id);
  assert.equal(known.agent.username, visitor.room.servedBy.username);
  const unknown = await config('?token=nobody');
  assert.deepEqual([unknown.guest, unknown.room, unknown.agent], [undefined, undefined, undefined]);
});

test('triggers are made, listed, told to widgets and deleted', async () => {
  const trigger = {
    name: 'Hello', description: '', enabled: true, runOnce: true, conditions: [{ name: 'page-url', value: '/prices' }],
    actions: [{ name: 'send-message', params: { sender: 'queue', msg: 'May I help?' } }],
  };
  assert.deepEqual(await administrator.post('livechat/triggers', trigger), { success: true });
  const list = await administrator.get('livechat/triggers');
  rocketchatSpec.assertAnswer('GET livechat/triggers', list);
  const { _id, _updatedAt, ...read } = list.triggers[0];
  assert.deepEqual(read, trigger);
  assert.ok(_updatedAt);
  const one = await administrator.get(`livechat/triggers/${_id}`);
  rocketchatSpec.assertAnswer('GET livechat/triggers/{_id}', one);
  assert.deepEqual((await config()).triggers, [{ _id, actions: trigger.actions, conditions: trigger.conditions, runOnce: true }]);
  assert.deepEqual(await administrator.ok('DELETE', `livechat/triggers/${_id}`), { success: true });
  assert.equal((await administrator.get(`livechat/triggers/${_id}`)).trigger, null);
  assert.deepEqual((await config()).triggers, []);
});

test('the webhook is set up in one call', async () => {
  await administrator.post('omnichannel/integrations', { LivechatWebhookUrl: 'https://relay.test/hook', LivechatWebhookOnStart: true });
  const answer = await administrator.get('livechat/integrations.settings');
  rocketchatSpec.assertAnswer('GET livechat/integrations.settings', answer);
  const values = Object.fromEntries(answer.settings.map(({ _id, value }) => [_id, value]));
  assert.equal(values.Livechat_webhookUrl, 'https://relay.test/hook');
  assert.equal(values.Livechat_webhook_on_start, true);
  assert.equal(values.Livechat_webhook_on_close, false);
});

test('a chat returned to the queue is given to an agent again', async () => {
  const visitor = await openChat('returned');
  await administrator.post('settings/Omnichannel_queue_delay_timeout', { value: 1 });
  await administrator.post('livechat/inquiries.returnAsInquiry', { roomId: visitor.room._id });
  let inquiry;
  do {
    ({ inquiry } = await administrator.get(`livechat/inquiries.getOne?roomId=${visitor.room._id}`));
  } while (inquiry.status !== 'taken');
  const { room } = await administrator.get(`rooms.info?roomId=${visitor.room._id}`);
  assert.ok(room.servedBy);
});

test('the waiting line has its older name too', async () => {
  await administrator.post('settings/Livechat_Routing_Method', { value: 'Manual_Selection' });
  const visitor = await openChat('waiting');
  for (const route of ['inquiries.queued', 'inquiries.queuedForUser']) {
    const answer = await agent.get(`livechat/${route}`);
    rocketchatSpec.assertAnswer(`GET livechat/${route}`, answer);
    assert.deepEqual(answer.inquiries.map(({ rid }) => rid), [visitor.room._id]);
  }
  await administrator.post('settings/Livechat_Routing_Method', { value: 'Auto_Selection' });
});

test('the next agent is named until the visitor has a chat', async () => {
  const answer = await widget.get('livechat/agent.next/somebody-new');
  rocketchatSpec.assertAnswer('GET livechat/agent.next/{token}', answer);
  assert.ok(answer.agent.username);
  await openChat('somebody-new');
  assert.deepEqual(await widget.get('livechat/agent.next/somebody-new'), { success: true });
});

test('sources are listed, and closed rooms are removed together', async () => {
  const kept = await openChat('kept');
  const gone = await openChat('gone');
  await gone.close();
  const sources = await administrator.get('livechat/rooms/filters');
  rocketchatSpec.assertAnswer('GET livechat/rooms/filters', sources);
  assert.deepEqual(sources.filters, [{ type: 'api' }]);
  const removed = await administrator.post('livechat/rooms.removeAllClosedRooms');
  rocketchatSpec.assertAnswer('POST livechat/rooms.removeAllClosedRooms', removed);
  assert.equal(removed.removedRooms, 1);
  const rooms = (await administrator.get('livechat/rooms')).rooms.map(({ _id }) => _id);
  assert.ok(rooms.includes(kept.room._id));
  assert.ok(!rooms.includes(gone.room._id));
});

test('video and browser calls answer as the versions that had them', async () => {
  const visitor = await openChat('caller');
  const video = await widget.get(`livechat/video.call/${visitor.token}?rid=${visitor.room._id}`);
  rocketchatSpec.assertAnswer('GET livechat/video.call/{token}', video);
  assert.equal(video.videoCall.rid, visitor.room._id);
  const start = () => administrator.call('GET', `livechat/webrtc.call?rid=${visitor.room._id}`);
  assert.equal((await start()).json.error, 'webRTC calling not enabled');
  await administrator.post('settings/Omnichannel_call_provider', { value: 'default-provider' });
  const ringing = (await start()).json;
  rocketchatSpec.assertAnswer('GET livechat/webrtc.call', ringing);
  assert.equal(ringing.videoCall.callStatus, 'ringing');
  const { messages } = await widget.get(`livechat/messages.history/${visitor.room._id}?token=${visitor.token}`);
  const call = messages.find(({ t }) => t === 'livechat_webrtc_video_call');
  const ended = await administrator.ok('PUT', `livechat/webrtc.call/${call._id}`, { rid: visitor.room._id, status: 'ended' });
  rocketchatSpec.assertAnswer('PUT livechat/webrtc.call/{callId}', ended);
  assert.equal(ended.status, 'ended');
  const told = await widget.post('livechat/visitor.callStatus', { token: visitor.token, callStatus: 'declined', rid: visitor.room._id, callId: call._id });
  rocketchatSpec.assertAnswer('POST livechat/visitor.callStatus', told);
  assert.equal(told.callStatus, 'declined');
});

test('a message from Facebook is refused: the integration cannot be enabled any more', async () => {
  const answer = await widget.call('POST', 'livechat/facebook', { text: 'Hi' }, { 'X-Hub-Signature': 'sha1=00' });
  assert.equal(answer.status, 400);
  assert.equal(answer.json.error, 'Integration disabled');
});
