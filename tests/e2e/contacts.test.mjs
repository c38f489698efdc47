// Contacts on the Rocket.Chat face: made by hand or by a visitor's first chat, found, changed, settled, erased, blocked.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Parley } from './support/parley.mjs';
import { RocketChat, Visitor } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

let community, premium;
before(async () => {
  community = await start({ embedded__edition: 'community' });
  premium = await start({ embedded__edition: 'premium' });
});
after(() => Promise.all([community.parley.stop(), premium.parley.stop()]));

// A workspace with one agent who takes every chat.
async function start(settings) {
  const parley = await Parley.start({ settings });
  const administrator = await RocketChat.login(parley);
  const { user } = await administrator.post('users.create', {
    username: 'ann', name: 'Ann', email: 'ann@acme.test', password: 'ann-password-1', verified: true,
  });
  await administrator.post('livechat/users/agent', { username: 'ann' });
  await administrator.post('users.setStatus', { userId: user._id, status: 'online', message: '' });
  await administrator.post('livechat/agent.status', { agentId: user._id, status: 'available' });
  const agent = await RocketChat.login(parley, 'ann', 'ann-password-1');
  return { parley, administrator, agent, agentId: user._id };
}

async function openChat({ parley }, token, members = {}) {
  const visitor = new Visitor(parley, token);
  await visitor.register({ name: 'Bob', email: `${token}@buyer.test`, ...members });
  await visitor.open();
  return visitor;
}

const contactOf = ({ agent }, id) => agent.get(`omnichannel/contacts.get?contactId=${id}`);

test('a contact is made, read, changed and found', async () => {
  const { agent, agentId } = community;
  const made = await agent.post('omnichannel/contacts', {
    name: 'Vera Ray', emails: ['vera@buyer.test'], phones: ['+4930123'], contactManager: agentId,
  });
  rocketchatSpec.assertAnswer('POST omnichannel/contacts', made);
  const read = await contactOf(community, made.contactId);
  rocketchatSpec.assertAnswer('GET omnichannel/contacts.get', read);
  assert.equal(read.contact.contactManager, agentId);
  assert.equal(read.contact.preRegistration, true);
  assert.deepEqual(read.contact.channels, []);

  const changed = await agent.post('omnichannel/contacts.update', { contactId: made.contactId, name: 'Vera Rayleigh' });
  rocketchatSpec.assertAnswer('POST omnichannel/contacts.update', changed);
  assert.equal(changed.contact.name, 'Vera Rayleigh');
  assert.deepEqual(changed.contact.emails, [{ address: 'vera@buyer.test' }]);

  const found = await agent.get('omnichannel/contacts.search?searchText=rayleigh');
  rocketchatSpec.assertAnswer('GET omnichannel/contacts.search', found);
  assert.deepEqual(found.contacts.map(({ _id }) => _id), [made.contactId]);
  assert.equal(found.contacts[0].contactManager.username, 'ann');
  const exists = await agent.get('omnichannel/contacts.checkExistence?email=vera@buyer.test');
  rocketchatSpec.assertAnswer('GET omnichannel/contacts.checkExistence', exists);
  assert.equal(exists.exists, true);
  assert.equal((await agent.call('GET', 'omnichannel/contacts.get?contactId=none')).status, 404);
});

test("a visitor's chats belong to one contact, with its channel and history", async () => {
  const { agent } = community;
  const visitor = await openChat(community, 'history');
  const { contactId } = visitor.room;
  const first = visitor.room._id;
  await visitor.close();
  const second = await visitor.open();
  assert.equal(second.contactId, contactId);
  const channels = await agent.get(`omnichannel/contacts.channels?contactId=${contactId}`);
  rocketchatSpec.assertAnswer('GET omnichannel/contacts.channels', channels);
  assert.equal(channels.channels[0].visitor.visitorId, second.v._id);
  assert.equal(channels.channels[0].lastChat._id, second._id);
  const history = await agent.get(`omnichannel/contacts.history?contactId=${contactId}`);
  rocketchatSpec.assertAnswer('GET omnichannel/contacts.history', history);
  assert.deepEqual(history.history.map(({ _id }) => _id), [first]);
});

test('a contact waiting for its visitor takes the chat, and contradictions are settled', async () => {
  const { agent } = community;
  const { contactId } = await agent.post('omnichannel/contacts', { name: 'Robert', emails: ['settle@buyer.test'], phones: [] });
  const { room } = await openChat(community, 'settle');
  assert.equal(room.contactId, contactId);
  assert.equal(room.fname, 'Robert');
  const { contact } = await contactOf(community, contactId);
  assert.deepEqual(contact.conflictingFields, [{ field: 'name', value: 'Bob' }]);
  const settled = await agent.post('omnichannel/contacts.conflicts', { contactId, name: 'Bob' });
  rocketchatSpec.assertAnswer('POST omnichannel/contacts.conflicts', settled);
  assert.equal(settled.result.name, 'Bob');
  assert.deepEqual(settled.result.conflictingFields, []);
});

test('visitors who come at the same moment make one contact each', async () => {
  const tokens = Array.from({ length: 24 }, (_, i) => `crowd-${i % 4}`);
  const rooms = await Promise.all(tokens.map(async (token) => (await openChat(community, token)).room));
  for (const token of new Set(tokens)) {
    const own = rooms.filter(({ v }) => v.token === token);
    assert.equal(new Set(own.map(({ contactId }) => contactId)).size, 1, token);
    assert.equal(new Set(own.map(({ _id }) => _id)).size, 1, token);
  }
  assert.equal(new Set(rooms.map(({ contactId }) => contactId)).size, 4);
});

test('one address registered by many at the same moment is one visitor', async () => {
  const { parley } = community;
  const visitors = await Promise.all(Array.from({ length: 12 }, (_, i) =>
    new Visitor(parley, `together-${i}`).register({ email: 'together@buyer.test' })));
  assert.equal(new Set(visitors.map(({ _id }) => _id)).size, 1);
});

test('erasing a contact leaves nothing personal behind', async () => {
  const { administrator, agent, parley } = community;
  const visitor = await openChat(community, 'erased');
  const { contactId, _id } = visitor.room;
  assert.equal((await agent.call('POST', 'omnichannel/contacts.delete', { contactId })).status, 403);
  const refused = await administrator.call('POST', 'omnichannel/contacts.delete', { contactId });
  assert.equal(refused.json.error, 'error-contact-has-open-rooms');
  await visitor.close();
  await administrator.post('omnichannel/contacts.delete', { contactId });
  assert.equal((await agent.call('GET', `omnichannel/contacts.get?contactId=${contactId}`)).status, 404);
  assert.equal((await administrator.call('GET', `rooms.info?roomId=${_id}`)).status, 400);
  const gone = await new RocketChat(parley, {}).call('GET', 'livechat/visitor/erased');
  assert.equal(gone.json.error, '[invalid-token]');
});

test('the older routes know contacts as visitors', async () => {
  const { agent } = community;
  const saved = await agent.post('omnichannel/contact', { token: 'older', name: 'Olga', email: 'olga@buyer.test', phone: '+4715' });
  rocketchatSpec.assertAnswer('POST omnichannel/contact', saved);
  const read = await agent.get(`omnichannel/contact?contactId=${saved.contact}`);
  rocketchatSpec.assertAnswer('GET omnichannel/contact', read);
  assert.equal(read.contact.name, 'Olga');
  const found = await agent.get('omnichannel/contact.search?email=olga@buyer.test');
  rocketchatSpec.assertAnswer('GET omnichannel/contact.search', found);
  assert.equal(found.contact._id, saved.contact);
  assert.equal((await agent.get('omnichannel/contact.search?phone=0')).contact, null);
});

test('blocking a channel wants a licence', async () => {
  const { room } = await openChat(community, 'unblocked');
  const visitor = { visitorId: room.v._id, source: { type: room.source.type } };
  for (const route of ['omnichannel/contacts.block', 'omnichannel/contacts.unblock']) {
    const refused = await community.agent.call('POST', route, { visitor });
    assert.equal(refused.status, 400);
    assert.equal(refused.json.errorType, 'error-action-not-allowed');
  }
});

test('a blocked channel ends the chat and takes no other until it is unblocked', async () => {
  const { agent, parley } = premium;
  const client = await openChat(premium, 'blocked');
  const visitor = { visitorId: client.room.v._id, source: { type: client.room.source.type } };
  await agent.post('omnichannel/contacts.block', { visitor });
  const { room } = await agent.get(`rooms.info?roomId=${client.room._id}`);
  assert.equal(room.open, undefined);
  assert.equal(room.closer, 'user');
  const anonymous = new RocketChat(parley, {});
  const said = await anonymous.call('POST', 'livechat/message', { token: 'blocked', rid: room._id, msg: 'Hello?' });
  assert.equal(said.json.error, 'error-contact-channel-blocked');
  assert.equal((await anonymous.call('GET', 'livechat/room?token=blocked')).json.error, 'error-contact-channel-blocked');
  await agent.post('omnichannel/contacts.unblock', { visitor });
  assert.notEqual((await client.open())._id, room._id);
});
