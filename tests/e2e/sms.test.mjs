// Text messages from phones, posted as each provider posts them.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { livechat, ok } from './support/livechat.mjs';
import { Parley } from './support/parley.mjs';
import { makeAvailable, RocketChat } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

const phone = '+15550100';
const shop = '+15550199';
const token = 'token-of-twilio';

let parley, administrator;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'dee@acme.test', name: 'Dee' } }));
  await makeAvailable(administrator, 'dee@acme.test');
  await configure({ SMS_Enabled: true, SMS_Twilio_authToken: token });
});
after(() => parley.stop());

async function configure(settings) {
  for (const [id, value] of Object.entries(settings)) await administrator.post(`settings/${id}`, { value });
}

// What Twilio signs: the address and every field, sorted by name.
function sign(url, fields) {
  const covered = Object.keys(fields).sort().reduce((text, name) => text + name + fields[name], url);
  return createHmac('sha1', token).update(covered).digest('base64');
}

async function post(service, body, headers) {
  const response = await fetch(`${parley.server}/api/v1/livechat/sms-incoming/${service}`, { method: 'POST', body, headers });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}
function fromTwilio(fields, { query = '', signature } = {}) {
  const url = `${parley.server}/api/v1/livechat/sms-incoming/twilio${query}`;
  return post(`twilio${query}`, new URLSearchParams(fields), { 'X-Twilio-Signature': signature ?? sign(url, fields) });
}
const postJson = (service, body) => post(service, JSON.stringify(body), { 'Content-Type': 'application/json' });

const texted = async () => (await administrator.get('livechat/rooms')).rooms.filter(({ source }) => source.type === 'sms');
const said = async (room) => (await administrator.get(`livechat/${room._id}/messages?sort={"ts":1}`)).messages.map(({ msg }) => msg);

test('a text opens a chat, the next one goes on in it, and an agent reads them through either face', async () => {
  const fields = { From: phone, To: shop, Body: 'Is my table ready? & thanks +1', FromCity: 'OSLO', MessageSid: 'SM1' };
  assert.deepEqual(await fromTwilio(fields), { status: 200, type: 'text/xml', text: '<Response></Response>' });
  await fromTwilio({ From: phone, To: shop, Body: 'The oak one' });
  const rooms = await texted();
  assert.equal(rooms.length, 1);
  assert.deepEqual(rooms[0].source, { type: 'sms', alias: 'twilio', destination: shop });
  assert.deepEqual(rooms[0].sms, { from: shop });
  assert.equal(rooms[0].v.phone[0].phoneNumber, phone);
  assert.deepEqual(await said(rooms[0]), ['Is my table ready? & thanks +1', 'The oak one']);
  await administrator.post('livechat/room.closeByUser', { rid: rooms[0]._id, comment: 'yes' });
  const { chats } = await ok(livechat(parley, 'GET', '/chats'));
  assert.ok(chats.some(({ messages }) => messages?.some(({ text }) => text === 'The oak one')), JSON.stringify(chats));
});

test('the query is part of what is signed, and names the department', async () => {
  const group = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Desk', agents: ['dee@acme.test'] } }));
  assert.equal(group.name, 'Desk');
  const fields = { From: '+15550101', To: shop, Body: 'Hello' };
  assert.equal((await fromTwilio(fields, { query: '?department=Desk' })).status, 200);
  const room = (await texted()).find(({ v }) => v.phone[0].phoneNumber === '+15550101');
  assert.equal(room.department.name, 'Desk');
  const bare = sign(`${parley.server}/api/v1/livechat/sms-incoming/twilio`, fields);
  assert.equal((await fromTwilio(fields, { query: '?department=Desk', signature: bare })).status, 400);
});

test('what Twilio did not sign is refused', async () => {
  const before = (await texted()).length;
  const fields = { From: phone, To: shop, Body: 'Trust me' };
  const answers = [
    await fromTwilio(fields, { signature: sign('https://elsewhere.test', fields) }),
    await fromTwilio(fields, { signature: 'x' }),
    await post('twilio', new URLSearchParams(fields), {}),
    await postJson('twilio', fields),
  ];
  for (const { status, text } of answers) {
    assert.equal(status, 400);
    assert.deepEqual(JSON.parse(text), { success: false, error: 'Invalid request' });
  }
  assert.equal((await texted()).length, before);
});

test('the other providers are served while they are configured, in their own form', async () => {
  const message = { from: '+15550102', to: shop };
  assert.equal(JSON.parse((await postJson('voxtelesys', { ...message, body: 'Hi' })).text).error, 'Invalid service');
  await configure({ SMS_Service: 'voxtelesys' });
  const voxtelesys = await postJson('voxtelesys', { ...message, body: 'Hi', received_at: '2026-01-05T10:15:30Z', media: [] });
  rocketchatSpec.assertAnswer('POST livechat/sms-incoming/{service}', JSON.parse(voxtelesys.text));
  assert.deepEqual(JSON.parse(voxtelesys.text), { success: true });
  await configure({ Message_MaxAllowedSize: 3 });
  const refused = await postJson('voxtelesys', { ...message, body: 'too long' });
  assert.deepEqual([refused.status, JSON.parse(refused.text).success], [200, false]);
  await configure({ SMS_Service: 'mobex' });
  assert.deepEqual(await postJson('mobex', { ...message, content: 'Ho' }), { status: 200, type: 'text/xml', text: 'ACK/Jasmin' });
  await configure({ SMS_Service: 'twilio', Message_MaxAllowedSize: 5000 });
  const room = (await texted()).find(({ v }) => v.phone[0].phoneNumber === message.from);
  assert.deepEqual(await said(room), ['Hi', 'Ho']);
});

test('texts in number are all kept, each once', async () => {
  const count = 20;
  const texts = Array.from({ length: count }, (_, i) => `text ${i}`);
  const answers = await Promise.all(texts.map((Body) => fromTwilio({ From: '+15550103', To: shop, Body })));
  assert.ok(answers.every(({ status }) => status === 200));
  const rooms = (await texted()).filter(({ v }) => v.phone[0].phoneNumber === '+15550103');
  assert.equal(rooms.length, 1);
  assert.deepEqual((await said(rooms[0])).sort(), texts.sort());
});

test('switched off, nothing is taken', async () => {
  await configure({ SMS_Enabled: false });
  const { status, text } = await fromTwilio({ From: phone, To: shop, Body: 'Hi' });
  assert.deepEqual([status, JSON.parse(text).error], [400, 'error-sms-service-disabled']);
});
