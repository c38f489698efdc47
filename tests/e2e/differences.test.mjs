// docs/differences.md, item by item: each test is named after the number it proves.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok } from './support/livechat.mjs';
import { admin, owner, Parley, repository, run } from './support/parley.mjs';
import { Receiver } from './support/receiver.mjs';
import { agentOf, makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { Smtp } from './support/smtp.mjs';

let parley, administrator, group, department, chat;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'dee@acme.test', name: 'Dee' } }));
  await makeAvailable(administrator, 'dee@acme.test');
  group = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Desk', agents: ['dee@acme.test'] } }));
  department = (await administrator.get('livechat/department')).departments.find(({ name }) => name === 'Desk');
  chat = await hold('first');
});
after(() => parley.stop());

// A chat from opening to closing, as the archive shows it.
async function hold(name, headers = {}) {
  const visitor = new Visitor(parley, name);
  const registered = await visitor.api.call('POST', 'livechat/visitor', { visitor: { token: name, name, department: department._id } }, headers);
  assert.equal(registered.status, 200, registered.text);
  await visitor.open();
  await visitor.say('Hello');
  await visitor.close();
  const { chats } = await ok(livechat(parley, 'GET', '/chats'));
  return chats.find(({ visitor_name }) => visitor_name === name);
}
const found = async (query) => (await ok(livechat(parley, 'GET', `/chats?${query}`))).total;

test('1: tags need not exist', async () => {
  const tagged = await ok(livechat(parley, 'PUT', `/chats/${chat.id}/tags`, { body: { tag: ['never made before'] } }));
  assert.deepEqual(tagged.tags, ['never made before']);
});

test('2: tagging answers both documented shapes', async () => {
  const { chats, total, pages, ...own } = await ok(livechat(parley, 'PUT', `/chats/${chat.id}/tags`, { body: { tag: ['x'] } }));
  assert.deepEqual(chats, [own]);
  assert.deepEqual([total, pages], [1, 1]);
});

test('3: keys are shown only when they are made', async () => {
  const agent = await ok(livechat(parley, 'GET', `/agents/${owner.login}`));
  assert.equal(agent.api_key, undefined);
});

test('4: where a visitor is, is unknown; address and browser by setting', async () => {
  const { city, region, country, timezone, ip, user_agent } = chat.visitor;
  assert.deepEqual([city, region, country, timezone, ip, user_agent], ['', '', '', '', '', '']);
  assert.equal(await found('country=Norway'), 0);
  await administrator.post('settings/Livechat_Allow_collect_and_store_HTTP_header_informations', { value: true });
  const seen = await hold('seen', { 'User-Agent': 'Agent of the test' });
  assert.equal(seen.visitor.user_agent, 'Agent of the test');
  assert.equal(seen.visitor.ip, '127.0.0.1');
  await administrator.post('settings/Livechat_Allow_collect_and_store_HTTP_header_informations', { value: false });
});

test('5: a sales tracker is asked for by the number of its goal', async () => {
  const { id } = await ok(livechat(parley, 'POST', '/goals', { body: { name: 'shop', type: 'sales_tracker', sales_tracker_id: '77' } }));
  await ok(livechat(parley, 'POST', `/goals/${id}/mark_as_successful`, { body: { visitor_id: chat.visitor_id } }));
  assert.equal(await found(`sale=${id}`), 1);
  assert.equal(await found('sale=77'), 0);
  assert.equal(await found('has_goal=1'), 0);
});

test('6: an agent without a password has a random one', async () => {
  const { username } = await agentOf(administrator, 'dee@acme.test');
  const anonymous = new RocketChat(parley, {});
  assert.equal((await anonymous.call('POST', 'login', { user: username, password: username })).status, 401);
  const { _id } = await agentOf(administrator, 'dee@acme.test');
  await administrator.post('users.update', { userId: _id, data: { password: 'Given-Afterwards-1' } });
  await RocketChat.login(parley, username, 'Given-Afterwards-1');
});

test('7: a removed group leaves an archived department', async () => {
  const brief = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Brief', agents: ['dee@acme.test'] } }));
  const { _id } = (await administrator.get('livechat/department')).departments.find(({ name }) => name === 'Brief');
  await ok(livechat(parley, 'DELETE', `/groups/${brief.id}`));
  assert.equal((await administrator.get(`livechat/department/${_id}`)).department.archived, true);
  assertRefusal(await livechat(parley, 'GET', `/groups/${brief.id}`), 404);
});

test('8: group 0 as a filter means no group in particular', async () => {
  assert.equal(await found('group=0'), 0);
  assert.ok((await found(`group=${group.id}`)) > 0);
});

test('9: the owner is made by configuration', async () => {
  assertRefusal(await livechat(parley, 'DELETE', `/agents/${owner.login}`), 400);
  assertRefusal(await livechat(parley, 'PUT', `/agents/${owner.login}`, { body: { permission: 'normal' } }), 400);
  assertRefusal(await livechat(parley, 'POST', '/agents', { body: { login: 'king@acme.test', name: 'King', permission: 'owner' } }), 400);
});

test('28: what a widget shows is concluded from the pages', async () => {
  const greet = (name, rule) => ok(livechat(parley, 'POST', '/greetings', { body: { name, rules: [rule] } }));
  const shown = await greet('a trigger', { type: 'url_current', operator: 'contains', value: '/concluded' });
  const unseen = await greet('no trigger', { type: 'url_visited', operator: 'contains', value: '/concluded' });
  const visitor = new Visitor(parley, 'vt-26');
  const look = () => visitor.api.post('livechat/page.visited', { token: visitor.token, pageInfo: { change: 'url', title: 'A page', location: { href: 'https://acme.test/concluded' } } });
  await look(), await look();
  const displayed = async ({ id }) => Object.values(await ok(livechat(parley, 'GET', `/reports/chats/greetings?group_by=month&greeting=${id}`))).reduce((sum, row) => sum + row.displayed, 0);
  assert.deepEqual([await displayed(shown), await displayed(unseen)], [1, 0]);
});

test('10: calls are not limited', async () => {
  const answers = await Promise.all(Array.from({ length: 40 }, () => administrator.call('GET', 'me')));
  assert.ok(answers.every(({ status, headers }) => status === 200 && headers.get('x-ratelimit-limit') === null));
});

test('11: planned routes answer 501', async () => {
  const { operations } = await (await fetch(`${parley.admin}/admin/v1/routes`, { headers: { Authorization: 'Bearer operators-only-key' } })).json();
  const planned = operations.find(({ face, served, method, path: where }) => face === 'rocketchat' && served === 'planned' && method === 'GET' && !where.includes('{'));
  const answer = await administrator.call('GET', planned.path.replace('/api/v1/', ''));
  assert.equal(answer.status, 501);
  assert.equal(answer.json.success, false);
  assert.ok(answer.json.error.includes(planned.id));
});

test('12: searching contacts by fields that cannot be searched finds nobody', async () => {
  await new Visitor(parley, 'somebody').register({ name: 'Somebody' });
  const custom = encodeURIComponent(JSON.stringify({ unknown: 'x' }));
  assert.equal((await administrator.get(`omnichannel/contact.search?custom=${custom}`)).contact, null);
});

test('13: dashboards count what there is', async () => {
  const silent = new Visitor(parley, 'silent');
  await silent.register({ name: 'silent', department: department._id });
  await silent.open();
  const days = [-1, 1].map((offset) => new Date(Date.now() + offset * 86_400_000).toISOString());
  const board = (path, [start, end] = days) => administrator.call('GET', `livechat/analytics/dashboards/${path}start=${start}&end=${end}`);
  const { totalizers } = (await board('conversation-totalizers?')).json;
  const total = (title) => totalizers.find((row) => row.title === title).value;
  assert.equal(total('Total_messages'), total('Total_conversations') - 1, 'every other chat of this file holds one message');
  await administrator.post('settings/Default_Custom_Timezone', { value: 'Europe/Berlin' });
  await administrator.post('settings/Default_Timezone_For_Reporting', { value: 'custom' });
  const hours = (await board('charts-data?chartName=Total_messages&', ['2026-03-29', '2026-03-29'])).json;
  assert.equal(hours.dataLabels.length, 23, 'the clocks went forward that day');
  const refused = await board('charts-data?chartName=Total_messages&', ['2000-01-01', '2026-01-01']);
  assert.equal(refused.status, 400);
  assert.match(refused.json.error, /10 years/);
});

async function sendFile(visitor) {
  const form = new FormData();
  form.append('file', new Blob(['x'], { type: 'image/png' }), 'shot.png');
  const response = await fetch(`${parley.server}/api/v1/livechat/upload/${visitor.room._id}`, { method: 'POST', headers: { 'x-visitor-token': visitor.token }, body: form });
  assert.equal(response.status, 200);
  return response.json();
}

test('14: transcripts and files are for those who may read the chat', async () => {
  const visitor = new Visitor(parley, 'private');
  await visitor.register({ department: department._id });
  await visitor.open();
  await administrator.post('users.create', { username: 'other', name: 'Other', email: 'other@acme.test', password: 'other-password-1', verified: true, roles: ['user', 'livechat-agent'] });
  const other = await RocketChat.login(parley, 'other', 'other-password-1');
  await administrator.post('permissions.update', { permissions: [{ _id: 'send-omnichannel-chat-transcript', roles: ['livechat-manager', 'livechat-agent', 'admin'] }] });
  const asked = await other.call('POST', `livechat/transcript/${visitor.room._id}`, { email: 'other@acme.test', subject: 'Mine' });
  assert.equal(asked.json.errorType, 'error-invalid-room');
  const file = await sendFile(visitor);
  assert.equal((await fetch(parley.server + file.attachments[0].title_link, { headers: other.session })).status, 403);
});

test('15: pictures have no small preview', async () => {
  const visitor = new Visitor(parley, 'picture');
  await visitor.register({ department: department._id });
  await visitor.open();
  const [attachment] = (await sendFile(visitor)).attachments;
  assert.equal(attachment.image_type, 'image/png');
  assert.equal(attachment.image_preview, undefined);
});

test('16: addresses of messages left offline are checked by their form', async () => {
  const smtp = await Smtp.start();
  for (const [id, value] of [['SMTP_Host', '127.0.0.1'], ['SMTP_Port', String(smtp.port)], ['From_Email', 'desk@acme.test'], ['Livechat_offline_email', 'night@acme.test']])
    await administrator.post(`settings/${id}`, { value });
  const anonymous = new RocketChat(parley, {});
  await anonymous.post('livechat/offline.message', { name: 'Bob', email: 'bob@no-such-domain.invalid', message: 'Hello' });
  assert.equal((await smtp.mails(1)).length, 1);
  assert.equal((await anonymous.call('POST', 'livechat/offline.message', { name: 'Bob', email: 'no address', message: 'Hello' })).status, 400);
  await smtp.stop();
});

test('17: mailboxes never show their passwords', async () => {
  const server = { server: 'mail.acme.test', port: 25, username: 'box', password: 'box-secret', secure: false };
  const { _id } = await administrator.post('email-inbox', { name: 'Box', email: 'box@acme.test', active: true, smtp: server, imap: server });
  const box = await administrator.get(`email-inbox/${_id}`);
  assert.equal(box.smtp.username, 'box');
  assert.ok(!JSON.stringify(box).includes('box-secret'));
});

test('18: other services are called only where they are public', async () => {
  const receiver = await Receiver.start();
  receiver.say({ body: { username: 'dee' } });
  await administrator.post('settings/Livechat_webhookUrl', { value: receiver.url });
  const tried = await administrator.call('POST', 'livechat/webhook.test', {});
  assert.equal(tried.json.error, 'error-invalid-webhook-response');
  for (const [id, value] of [['Livechat_External_Queue_URL', receiver.url], ['Livechat_Routing_Method', 'External']])
    await administrator.post(`settings/${id}`, { value });
  const visitor = new Visitor(parley, 'external');
  await visitor.register({ name: 'external' });
  const refused = await visitor.api.call('GET', 'livechat/room?token=external');
  assert.equal(refused.json.error, 'Sorry, no online agents [no-agent-online]');
  assert.deepEqual((await administrator.get('livechat/visitor/external/room')).rooms, []);
  assert.deepEqual(receiver.requests, []);
  await administrator.post('settings/Livechat_Routing_Method', { value: 'Auto_Selection' });
  await receiver.stop();
});

test('19: calls of older servers need no settings of their own', async () => {
  const visitor = new Visitor(parley, 'caller');
  await visitor.register({ name: 'caller' });
  const room = await visitor.open();
  const start = () => administrator.call('GET', `livechat/webrtc.call?rid=${room._id}`);
  assert.equal((await start()).json.error, 'webRTC calling not enabled');
  await administrator.post('settings/Omnichannel_call_provider', { value: 'default-provider' });
  assert.equal((await start()).json.videoCall.callStatus, 'ringing');
  const facebook = await visitor.api.call('POST', 'livechat/facebook', { text: 'Hi' }, { 'X-Hub-Signature': 'sha1=00' });
  assert.equal(facebook.json.error, 'Integration disabled');
});

test('20: business hours are for who may see them, and take times alone', async () => {
  const { businessHour } = await administrator.get('livechat/business-hour');
  const workHours = [{ day: 'Monday', start: '08:00', finish: '25:00', open: false }];
  const body = { _id: businessHour._id, name: '', timezoneName: 'UTC', daysOpen: [], departmentsToApplyBusinessHour: '', active: true, type: 'default', workHours };
  const refused = await administrator.call('POST', 'livechat/business-hours.save', body);
  assert.equal(refused.json.error, 'error-business-hour-invalid-time');
  await administrator.post('users.create', { username: 'ulf', name: 'Ulf', email: 'ulf@acme.test', password: 'ulf-password-1', verified: true });
  const plain = await RocketChat.login(parley, 'ulf', 'ulf-password-1');
  assert.equal((await plain.call('POST', 'livechat/business-hours.save', body)).status, 403);
  assert.equal((await plain.call('POST', 'livechat/business-hours.remove', { _id: 'x', type: 'custom' })).status, 403);
});

test('21: methods of older lines are answered', async () => {
  const message = JSON.stringify({ msg: 'method', id: '1', method: 'livechat:changeLivechatStatus', params: [{ status: 'available' }] });
  const dee = await RocketChat.login(parley, (await agentOf(administrator, 'dee@acme.test')).username, 'Given-Afterwards-1');
  const answer = await dee.post('method.call/livechat:changeLivechatStatus', { message });
  assert.deepEqual(JSON.parse(answer.message), { msg: 'result', id: '1' });
});

test('22: the second factor is the password, when it is demanded', async () => {
  const change = (value) => administrator.call('POST', 'settings/Accounts_TwoFactorAuthentication_Enabled', { value });
  await administrator.post('settings/Accounts_TwoFactorAuthentication_RememberFor', { value: 0 });
  assert.equal((await change(true)).status, 200, 'not demanded by default');
  assert.equal((await change(false)).json.details.method, 'password');
  const code = createHash('sha256').update(admin.password).digest('hex');
  await administrator.call('POST', 'settings/Accounts_TwoFactorAuthentication_Enabled', { value: false },
    { 'x-2fa-code': code, 'x-2fa-method': 'password' });
  assert.equal((await change(false)).status, 200);
});

test('23: private groups are made and read, not written in', async () => {
  const { group } = await administrator.post('groups.create', { name: 'night-shift' });
  assert.equal((await administrator.get('rooms.info?roomName=night-shift')).room._id, group._id);
  const answer = await administrator.call('POST', 'chat.postMessage', { roomId: group._id, text: 'Hello' });
  assert.equal(answer.status, 400);
  assert.equal(answer.json.error, '[invalid-channel]');
});

test('24: text messages come in, without their files, and none go out', async () => {
  for (const [id, value] of [['SMS_Enabled', true], ['SMS_Service', 'voxtelesys']]) await administrator.post(`settings/${id}`, { value });
  let asked = 0;
  const provider = createServer((_, answer) => answer.end(String(++asked)));
  await new Promise((listening) => provider.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${provider.address().port}/`;
  await administrator.post('settings/SMS_Voxtelesys_URL', { value: address });
  const anonymous = new RocketChat(parley, {});
  await anonymous.post('livechat/sms-incoming/voxtelesys', { from: '+15550100', to: '+15550199', body: 'Look', media: [`${address}1.png`] });
  const room = (await administrator.get('livechat/rooms')).rooms.find(({ source }) => source.type === 'sms');
  const [message] = (await administrator.get(`livechat/${room._id}/messages`)).messages;
  assert.equal(message.msg, 'Look');
  assert.match(message.attachments[0].description, /1$/);
  assert.equal(message.file, undefined);
  await administrator.post('chat.sendMessage', { message: { rid: room._id, msg: 'Nice' } });
  await administrator.post('livechat/room.closeByUser', { rid: room._id, comment: 'done' });
  assert.equal(asked, 0);
  await new Promise((closed) => provider.close(closed));
});

test('25: nobody verifies contacts', async () => {
  await administrator.post('settings/Livechat_Require_Contact_Verification', { value: 'once' });
  const visitor = new Visitor(parley, 'unproven');
  await visitor.register({ name: 'unproven' });
  const room = await visitor.open();
  assert.equal(room.servedBy, undefined);
  const inquiryOf = async () => (await administrator.get(`livechat/inquiries.getOne?roomId=${room._id}`)).inquiry;
  const inquiry = await inquiryOf();
  assert.equal(inquiry.status, 'verifying');
  const { _id: dee } = await agentOf(administrator, 'dee@acme.test');
  const take = () => administrator.call('POST', 'livechat/inquiries.take', { inquiryId: inquiry._id, userId: dee });
  await administrator.post('settings/Livechat_Block_Unverified_Contacts', { value: true });
  assert.equal((await take()).json.error, '[error-unverified-contact]');
  await administrator.post('settings/Livechat_Block_Unverified_Contacts', { value: false });
  assert.equal((await take()).status, 200);
  assert.equal((await inquiryOf()).status, 'taken');
  await visitor.close();
  await administrator.post('settings/Livechat_Require_Contact_Verification', { value: 'never' });
});

test('26: a changed password obeys the password policy', async () => {
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'weak@acme.test', name: 'Weak', password: 'abcde' } }));
  const key = run(['keys', 'add', '--login', 'weak@acme.test', '--role', 'normal'], { folder: parley.folder }).stdout.trim();
  const change = (password) => livechat(parley, 'PUT', '/agents/weak@acme.test', { as: { login: 'weak@acme.test', key }, body: { password, current_password: 'abcde' } });
  const refused = await change('fghij');
  assertRefusal(refused, 400);
  assert.match(refused.json.errors[0], /^password /);
  await ok(change('Stronger-Password-1'));
});

test('27: reports cover a hundred years at most', async () => {
  const report = (date_from) => livechat(parley, 'GET', `/reports/chats/total_chats?date_from=${date_from}&date_to=2026-01-01&group_by=month`);
  assert.equal(Object.keys(await ok(report('1927-01-01'))).length, 99 * 12 + 1);
  assertRefusal(await report('1825-01-01'), 400);
});

test('29: a visitor is on the site while pages come; nobody is invited', async () => {
  const visitor = new Visitor(parley, 'reader');
  await visitor.register({ name: 'reader' });
  const seen = async (query = '') => (await ok(livechat(parley, 'GET', `/visitors${query}`))).find(({ name }) => name === 'reader');
  assert.equal(await seen(), undefined);
  await visitor.api.post('livechat/page.visited', { token: 'reader', pageInfo: { change: 'url', title: 'A page', location: { href: 'https://acme.test/' } } });
  const shown = await seen();
  assert.equal(shown.state, 'browsing');
  assert.deepEqual([shown.greetings_all, shown.greetings_accepted, shown.greetings_refused, shown.invitation], [0, 0, 0, '']);
  assert.deepEqual([shown.latitude, shown.longitude, shown.language, shown.city], ['', '', '', '']);
  assert.equal(await seen('?state=invited'), undefined);
  await visitor.api.post('livechat/visitor.status', { token: 'reader', status: 'offline' });
  assert.equal(await seen(), undefined);
});

test('30: details of a visitor are a custom field', async () => {
  const { events: [{ token }] } = await ok(livechat(parley, 'POST', '/webhooks', { body: { event_type: 'chat_ended', data_types: ['chat'], url: 'https://hooks.acme.test/lc' } }));
  const details = { license_id: '100001', token, id: 'crm', icon: 'crm.acme.test/i.png', fields: [{ name: 'Since', value: 2019, url: 'https://crm.acme.test' }] };
  await ok(livechat(parley, 'POST', `/visitors/${chat.visitor_id}/details`, { as: null, body: details }));
  const { visitors } = await administrator.get('livechat/visitors.search?term=first');
  const { visitor } = await administrator.get(`livechat/visitors.info?visitorId=${visitors[0]._id}`);
  assert.deepEqual(visitor.livechatData, { 'details-crm': 'Since: 2019 (https://crm.acme.test)' });
  assert.equal((await administrator.get('livechat/custom-fields/details-crm')).customField.label, 'crm');
});

test('35: canned responses and tags of a workspace are made by its account', async () => {
  const front = await Parley.startInFront();
  try {
    const made = await ok(livechat(front, 'POST', '/canned_responses', { body: { text: 'Made', tags: ['made'] } }));
    assert.equal(made.created_by, owner.login);
    const there = await RocketChat.login(front.workspace);
    const [{ _id, createdBy }] = (await there.get('canned-responses?text=Made')).cannedResponses;
    assert.equal(createdBy.username, admin.username);
    await there.post('canned-responses', { _id, shortcut: 'made', text: 'Changed', scope: 'global' });
    const changed = await ok(livechat(front, 'GET', `/canned_responses/${made.id}`));
    assert.deepEqual([changed.text, changed.created_by, 'modified_by' in changed], ['Changed', owner.login, false]);
    await there.post('livechat/tags.save', { tagData: { name: 'twice', description: '' } });
    await there.post('livechat/tags.save', { tagData: { name: 'twice', description: '' } });
    assert.equal((await ok(livechat(front, 'GET', '/tags'))).filter(({ name }) => name === 'twice').length, 2);
  } finally {
    await front.stop();
  }
});

test('36: what a workspace lacks is served for seconds after a session has ended', async () => {
  const front = await Parley.startInFront({ settings: { embedded__edition: 'community', server__shards: '1' } });
  try {
    const by = await RocketChat.login(front);
    await by.get('canned-responses');
    await by.call('POST', 'logout');
    assert.equal((await by.call('GET', 'livechat/rooms')).status, 401);
    assert.equal((await by.call('GET', 'canned-responses')).status, 200);
  } finally {
    await front.stop();
  }
});

test('37: a group beside the department is no department, and none of an agent\'s groups', async () => {
  const front = await Parley.startInFront({ settings: { embedded__edition: 'community' } });
  try {
    await ok(livechat(front, 'POST', '/agents', { body: { login: 'liv@acme.test', name: 'Liv' } }));
    for (const name of ['First', 'Second']) await ok(livechat(front, 'POST', '/groups', { body: { name, agents: ['liv@acme.test'] } }));
    const groups = await ok(livechat(front, 'GET', '/groups'));
    assert.deepEqual(groups.map(({ name }) => name), ['All operators', 'First', 'Second']);
    assert.deepEqual((await ok(livechat(front, 'GET', '/agents/liv@acme.test'))).groups.map(({ name }) => name), ['First']);
    assertRefusal(await livechat(front, 'PUT', '/agents/liv@acme.test', { body: { groups: [groups[2].id] } }), 400);
    const { config: { departments } } = await (await fetch(`${front.server}/api/v1/livechat/config`)).json();
    assert.deepEqual(departments.map(({ name }) => name), ['First']);
  } finally {
    await front.stop();
  }
});

test('38: greetings in front of a workspace are no triggers of it', async () => {
  const front = await Parley.startInFront();
  const greeting = { name: 'On the cart', 'rules[0][type]': 'url_current', 'rules[0][operator]': 'contains', 'rules[0][value]': '/cart' };
  const made = await ok(livechat(front, 'POST', '/greetings', { body: new URLSearchParams(Object.entries(greeting)) }));
  assert.equal(made.name, 'On the cart');
  const { triggers } = await (await RocketChat.login(front)).get('livechat/triggers');
  assert.ok(!triggers.some(({ name }) => name === 'On the cart'));
  await front.stop();
});

test('39: a stranger has another id once the workspace knows them', async () => {
  const front = await Parley.startInFront();
  const stranger = new Visitor(front, 'a stranger');
  await stranger.api.post('livechat/page.visited', { token: 'a stranger', pageInfo: { change: 'url', title: 'Home', location: { href: 'https://acme.test/' } } });
  const listed = () => ok(livechat(front, 'GET', '/visitors'));
  const [before] = await listed();
  await stranger.register({ name: 'Not a stranger' });
  const after = await listed();
  assert.deepEqual(after.map(({ name }) => name), ['Not a stranger']);
  assert.notEqual(after[0].id, before.id);
  await front.stop();
});

test('every numbered difference has its test here, and no other', () => {
  const numbers = (text, pattern) => [...text.matchAll(pattern)].map(([, number]) => Number(number)).sort((a, b) => a - b);
  const documented = numbers(readFileSync(path.join(repository, 'docs/differences.md'), 'utf8'), /^(\d+)\. /gm);
  const tested = numbers(readFileSync(fileURLToPath(import.meta.url), 'utf8'), /^test\('(\d+): /gm);
  assert.deepEqual(tested, documented);
});

// A gateway whose webhooks may reach this machine, and who hears them.
async function withReceiver(settings, use) {
  const receiver = await Receiver.start();
  const told = await Parley.start({ settings: { outgoing__allow: '127.0.0.1', relay__retry_after: '1ms,1ms', ...settings } });
  try {
    const by = await RocketChat.login(told);
    await ok(livechat(told, 'POST', '/agents', { body: { login: 'dee@acme.test', name: 'Dee' } }));
    await makeAvailable(by, 'dee@acme.test');
    await use(told, receiver);
  } finally {
    await told.stop();
    await receiver.stop();
  }
}
const heard = async (receiver, count) => {
  while (receiver.requests.length < count) await new Promise((resolve) => setImmediate(resolve));
  return receiver.requests;
};
const hook = (at, receiver, event_type, data_types = ['chat']) =>
  ok(livechat(at, 'POST', '/webhooks', { body: { event_type, data_types, url: `${receiver.url}/lc` } }));
const talkTo = async (at, name, ...words) => {
  const visitor = new Visitor(at, name);
  await visitor.register({ name });
  await visitor.open();
  for (const word of words) await visitor.say(word);
  return visitor;
};

test('31: any success is one, and a failure is tried again', () => withReceiver({}, async (at, receiver) => {
  await hook(at, receiver, 'chat_started');
  let asked = 0;
  receiver.say(() => ({ status: ++asked === 1 ? 500 : 202 }));
  await talkTo(at, 'tried');
  const [first, second] = await heard(receiver, 2);
  assert.equal(first.body, second.body);
  await talkTo(at, 'taken');
  assert.notEqual((await heard(receiver, 3))[2].body, second.body);
}));

test('32: deliveries are signed', () => withReceiver({}, async (at, receiver) => {
  await hook(at, receiver, 'chat_started');
  await talkTo(at, 'signed');
  const [{ headers, body }] = await heard(receiver, 1);
  assert.match(headers['webhook-id'], /^msg_[0-9a-f]{32}$/);
  assert.match(headers['webhook-timestamp'], /^\d{10}$/);
  assert.match(headers['webhook-signature'], /^v1,[A-Za-z0-9+/]{43}=$/);
  assert.match(JSON.parse(body).token, /^[0-9a-f]{32}$/);
}));

test('33: webhooks are registered for public addresses only', async () => {
  const register = (url) => livechat(parley, 'POST', '/webhooks', { body: { event_type: 'chat_ended', data_types: [], url } });
  assertRefusal(await register('http://127.0.0.1:1/x'), 400);
  assertRefusal(await register('http://localhost/x'), 400);
  await ok(register('https://nobody.invalid/x'));
});

test('34: chats are told as they were', () => withReceiver({}, async (at, receiver) => {
  await hook(at, receiver, 'chat_started', ['chat', 'visitor']);
  const visitor = await talkTo(at, 'early', 'said later');
  await visitor.close();
  const [{ body }] = await heard(receiver, 1);
  const told = JSON.parse(body);
  assert.deepEqual(told.chat.messages, []);
  assert.equal(told.chat.ended_timestamp, undefined);
  assert.equal(told.visitor.language, undefined);
}));
