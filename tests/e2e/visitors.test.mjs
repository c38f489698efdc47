// Visitors: who is on the site, what others know of them, and chats their own clients hold over LiveChat's calls.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok, publishedClient } from './support/livechat.mjs';
import { inFrontOfAWorkspace, Parley } from './support/parley.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';

const licence = 700123;
let parley, client, administrator, livId, sales, billing, webhook;
before(async () => {
  parley = await Parley.start({ settings: { account__license_id: String(licence), account__timezone: 'Europe/Oslo' } });
  client = publishedClient(parley);
  administrator = await RocketChat.login(parley);
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'liv@acme.test', name: 'Liv Berg', job_title: 'Adviser', password: 'liv-password' } }));
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'max@acme.test', name: 'Max' } }));
  livId = await makeAvailable(administrator, 'liv@acme.test');
  sales = (await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Sales', agents: ['liv@acme.test'] } }))).id;
  billing = (await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Billing', agents: ['max@acme.test'] } }))).id;
  const events = { event_type: 'chat_started', data_types: ['chat', 'visitor'], url: 'https://hooks.acme.test/lc' };
  webhook = (await ok(livechat(parley, 'POST', '/webhooks', { body: events }))).events[0];
  await administrator.post('livechat/custom-fields.save', { customFieldId: null, customFieldData: { field: 'plan', label: 'Plan', scope: 'visitor', visibility: 'visible', regexp: '' } });
  await administrator.post('settings/Livechat_Allow_collect_and_store_HTTP_header_informations', { value: true });
});
after(() => parley.stop());

const list = async (query = '') => {
  const visitors = await ok(livechat(parley, 'GET', `/visitors${query}`));
  livechatSpec.assertAnswer('VisitorsGet', visitors);
  return visitors;
};
const named = async (name) => (await list()).find((visitor) => visitor.name === name);
const look = (visitor, href, title = 'A page') =>
  visitor.api.post('livechat/page.visited', { token: visitor.token, pageInfo: { change: 'url', title, location: { href } } });

async function visitorCalled(name, members = {}) {
  const visitor = new Visitor(parley, `token of ${name}`);
  await visitor.register({ name, ...members });
  return visitor;
}
const departmentOf = async (group) => {
  const { departments } = await administrator.get('livechat/department');
  return departments.find(({ name }) => name === (group === sales ? 'Sales' : 'Billing'))._id;
};
const asVisitor = (method, path, options) => livechat(parley, method, path, { as: null, ...options });

// ---- the list -------------------------------------------------------------------------------------------------------

test('nobody is there at first', async () => {
  assert.equal((await livechat(parley, 'GET', '/visitors')).text, '[]');
  assert.deepEqual(await ok(livechat(parley, 'GET', '/visitors?count=1')), { count: 0 });
});

test('somebody looks at pages, chats, and is still on the page when the chat is over', async () => {
  const ida = await visitorCalled('Ida Holm', {
    email: 'ida@buyer.test', department: await departmentOf(sales), customFields: [{ key: 'plan', value: 'gold', overwrite: true }],
  });
  await look(ida, 'https://acme.test/', 'Home');
  await look(ida, 'https://acme.test/cart', 'Cart');
  const browsing = await named('Ida Holm');
  assert.equal(browsing.state, 'browsing');
  assert.equal(browsing.group, sales);
  assert.match(browsing.id, /^S[0-9]+\.[0-9a-f]+$/);
  assert.equal(browsing.ip, '127.0.0.1');
  assert.equal(browsing.host, '127.0.0.1');
  assert.notEqual(browsing.browser, '');
  assert.deepEqual([browsing.chats, browsing.visits, browsing.page_views], [0, 1, 2]);
  assert.deepEqual([browsing.chat_id, browsing.chat_start_time, browsing.chat_start_time_ts, browsing.queue_start_time], ['', '', '', '']);
  assert.deepEqual([browsing.page_current, browsing.page_address, browsing.page_title], ['https://acme.test/cart', 'https://acme.test/cart', 'Cart']);
  assert.deepEqual(browsing.visit_path.map(({ page, title }) => [page, title]), [['https://acme.test/', 'Home'], ['https://acme.test/cart', 'Cart']]);
  assert.equal(browsing.last_visit_ts, browsing.visit_path[0].time_ts);
  const oslo = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'medium' });
  assert.equal(browsing.last_visit, oslo.format(browsing.last_visit_ts * 1000));
  assert.deepEqual(browsing.operators, []);
  assert.deepEqual(browsing.prechat_survey, []);
  assert.deepEqual(browsing.custom_variables, [{ key: 'plan', value: 'gold' }]);

  await ida.open();
  const chatting = await named('Ida Holm');
  assert.equal(chatting.id, browsing.id);
  assert.equal(chatting.state, 'chatting');
  assert.equal(chatting.chats, 1);
  assert.deepEqual(chatting.operators, [{ id: 'liv@acme.test', display_name: 'Liv Berg' }]);
  assert.deepEqual(chatting.prechat_survey, [{ key: 'Name:', value: 'Ida Holm' }, { key: 'E-mail:', value: 'ida@buyer.test' }]);
  const { chats: [chat] } = await ok(livechat(parley, 'GET', '/chats?include_pending=1'));
  assert.equal(chatting.chat_id, chat.id);
  assert.equal(chatting.chat_start_time_ts, chat.started_timestamp);
  assert.equal(chatting.id, chat.visitor_id);
  assert.deepEqual(await client.visitors.listOnlyChattingVisitors(), [chatting]);
  assert.deepEqual(await client.visitors.list({ state: 'chatting' }), [chatting]);
  assert.deepEqual(await ok(livechat(parley, 'GET', '/v2/visitors/chatting/')), [chatting]);
  assert.deepEqual(await list(`?state=chatting&group[0]=${sales}`), [chatting]);
  assert.deepEqual(await list('?state=browsing'), []);
  assert.deepEqual(await ok(livechat(parley, 'GET', '/visitors?state=chatting&count=1')), { count: 1 });

  await ida.close();
  const closed = await named('Ida Holm');
  assert.equal(closed.state, 'chat closed');
  assert.equal(closed.chat_id, '');
  assert.deepEqual(await ok(livechat(parley, 'GET', '/visitors/chat%20closed')), [closed]);
  await look(ida, 'https://acme.test/thanks');
  assert.equal((await named('Ida Holm')).state, 'browsing');
  await ida.api.post('livechat/visitor.status', { token: ida.token, status: 'offline' });
  assert.equal(await named('Ida Holm'), undefined, 'the widget said that the page was left');
});

test('who waits is queued since then', async () => {
  await administrator.post('settings/Livechat_Routing_Method', { value: 'Manual_Selection' });
  const bo = await visitorCalled('Bo', { department: await departmentOf(sales) });
  const room = await bo.open();
  const queued = await named('Bo');
  assert.equal(queued.state, 'queued');
  assert.equal(queued.queue_start_time, Math.floor(Date.parse(room.ts) / 1000));
  assert.deepEqual(queued.operators, []);
  assert.deepEqual((await list('?state=queued')).map(({ name }) => name), ['Bo']);
  assert.deepEqual(await list(`?group[]=${billing}`), []);
  assert.deepEqual((await list(`?group[]=${billing}&group[]=${sales}`)).map(({ name }) => name), ['Bo']);
  await bo.close();
  assert.equal(await named('Bo'), undefined, 'nobody knows of a page');
  await administrator.post('settings/Livechat_Routing_Method', { value: 'Auto_Selection' });
});

// In front of a workspace: difference 39.
test('a stranger is a Visitor of group 0, and keeps the id when they say who they are', { skip: inFrontOfAWorkspace }, async () => {
  const stranger = new Visitor(parley, 'a stranger');
  await look(stranger, 'https://acme.test/');
  const [{ id, group }] = await list('?group=0&state=browsing');
  assert.equal(group, 0);
  assert.equal((await named('Visitor')).id, id);
  await stranger.register({ name: 'Not a stranger' });
  assert.equal((await named('Not a stranger')).id, id);
});

test('pages of one visitor in the same moment are all kept', async () => {
  const ida = await visitorCalled('Ida of many tabs');
  const hrefs = Array.from({ length: 64 }, (_, number) => `https://acme.test/${number}`);
  await Promise.all(hrefs.map((href) => look(ida, href)));
  const shown = await named('Ida of many tabs');
  assert.deepEqual([shown.visits, shown.page_views], [1, 64]);
  assert.equal(shown.visit_path.length, 50);
  const room = await ida.open();
  const { pages } = await administrator.get(`livechat/visitors.pagesVisited/${room._id}?count=100`);
  assert.deepEqual(new Set(pages.map(({ navigation }) => navigation.page.location.href)), new Set(hrefs));
});

test('filters are checked', async () => {
  assertRefusal(await livechat(parley, 'GET', '/visitors?state=gone'), 400);
  assertRefusal(await livechat(parley, 'GET', '/visitors?group[]=x'), 400);
  assertRefusal(await livechat(parley, 'GET', '/visitors?count=2'), 400);
  assertRefusal(await livechat(parley, 'GET', '/visitors/gone'), 404);
  assertRefusal(await livechat(parley, 'GET', '/visitors', { as: null }), 401);
  for (const state of ['invited', 'refused invitation']) assert.deepEqual(await list(`?state=${encodeURIComponent(state)}`), []);
});

// ---- details --------------------------------------------------------------------------------------------------------

test('details are shown to agents, and replaced when posted again', async () => {
  const eva = await visitorCalled('Eva');
  await eva.open();
  const { id } = await named('Eva');
  const post = (body) => asVisitor('POST', `/visitors/${id}/details`, { body });
  const details = { license_id: licence, token: webhook.token, id: 'my crm', icon: '//crm.acme.test/i.png',
    fields: [{ name: 'Since', value: 2019 }, { name: 'Profile', value: 'Eva', url: 'https://crm.acme.test/eva' }] };
  assert.deepEqual(await client.visitors.addCustomVisitorDetails(id, details), { result: 'Visitor details added' });
  const shown = async () => (await administrator.get(`livechat/visitors.info?visitorId=${eva.visitor._id}`)).visitor.livechatData;
  assert.deepEqual(await shown(), { 'details-my_20crm': 'Since: 2019\nProfile: Eva (https://crm.acme.test/eva)' });
  const { customField } = await administrator.get('livechat/custom-fields/details-my_20crm');
  assert.deepEqual([customField.label, customField.scope, customField.visibility], ['my crm', 'visitor', 'visible']);
  await ok(post(new URLSearchParams({ license_id: licence, token: webhook.token, id: 'my crm', 'fields[0][name]': 'Since', 'fields[0][value]': '2020' })));
  await ok(post({ ...details, id: 'shop', fields: [] }));
  assert.deepEqual(await shown(), { 'details-my_20crm': 'Since: 2020', 'details-shop': '' });
  assert.equal((await named('Eva')).custom_variables, undefined, 'they are no variables of the page');
  const { chats: [chat] } = await ok(livechat(parley, 'GET', '/chats?include_pending=1'));
  assert.equal(chat.visitor_name, 'Eva');
  assert.equal(chat.custom_variables, undefined);

  assertRefusal(await post({ ...details, token: '0'.repeat(32) }), 401);
  assertRefusal(await post({ ...details, license_id: licence + 1 }), 401);
  for (const missing of ['license_id', 'token', 'id', 'fields']) {
    const refused = await post({ ...details, [missing]: undefined });
    assertRefusal(refused, 400);
    assert.deepEqual(refused.json.errors, [`${missing} is required`]);
  }
  assertRefusal(await post({ ...details, fields: [{ value: 1 }] }), 400);
  assertRefusal(await post({ ...details, fields: [{ name: 'x', value: 'x'.repeat(1001) }] }), 400);
  assertRefusal(await asVisitor('POST', '/visitors/S1.0/details', { body: details }), 404);
  assertRefusal(await asVisitor('POST', '/visitors/%2e%2e%2f/details', { body: details }), 404);
  await eva.close();
});

// ---- chats of visitors' own clients ---------------------------------------------------------------------------------

const startChat = (id, body = {}) => asVisitor('POST', `/visitors/${id}/chat/start`, { body: { licence_id: licence, welcome_message: 'Hello', ...body } });
const withSession = (session, more = {}) => ({ licence_id: licence, secured_session_id: session, ...more });
const poll = (id, session, more = {}) =>
  asVisitor('GET', `/visitors/${id}/chat/get_pending_messages?${new URLSearchParams(withSession(session, more))}`);

test('a client made of plain calls chats as a visitor', async () => {
  const started = await ok(startChat('my-visitor-1', { name: 'Tor', email: 'tor@buyer.test', group: sales }));
  livechatSpec.assertAnswer('VisitorsChatStartPost', started);
  assert.equal(started.banned, false);
  assert.match(started.secured_session_id, /^CS[0-9]+\.[0-9a-f]+$/);
  const session = started.secured_session_id;
  const visitor = await named('Tor');
  assert.deepEqual([visitor.id, visitor.state, visitor.group], ['my-visitor-1', 'chatting', sales]);

  const first = await ok(poll('my-visitor-1', session));
  livechatSpec.assertAnswer('VisitorsChatPendingMessagesGet', first);
  assert.deepEqual(first.events.map(({ type, user_type }) => [type, user_type]), [['agent_details', 'agent'], ['message', 'visitor']]);
  assert.deepEqual([first.events[0].agent.name, first.events[0].agent.job_title], ['Liv Berg', 'Adviser']);
  assert.equal(first.events[1].text, 'Hello');

  const { rooms } = await administrator.get('livechat/rooms?open=true');
  const room = rooms.find(({ fname }) => fname === 'Tor');
  assert.equal(room.servedBy._id, livId);
  const liv = await RocketChat.login(parley, 'liv', 'liv-password');
  await liv.post('chat.sendMessage', { message: { rid: room._id, msg: 'How can I help?' } });
  assert.deepEqual(await ok(asVisitor('POST', '/visitors/my-visitor-1/chat/send_message', { body: withSession(session, { message: 'My chair' }) })), { success: true });
  const next = await ok(poll('my-visitor-1', session, { last_message_id: first.events[1].message_id }));
  assert.deepEqual(next.events.map(({ user_type, text }) => [user_type, text]), [['agent', 'How can I help?'], ['visitor', 'My chair']]);
  assert.deepEqual((await ok(poll('my-visitor-1', session, { last_message_id: next.events[1].message_id }))).events, []);

  assert.deepEqual(await ok(asVisitor('POST', '/visitors/my-visitor-1/chat/close', { body: new URLSearchParams(withSession(session)) })), { success: true });
  assertRefusal(await poll('my-visitor-1', session), 404);
  const { chats: [chat] } = await ok(livechat(parley, 'GET', '/chats?visitor_id=my-visitor-1'));
  assert.equal(chat.pending, false);
  assert.deepEqual(chat.messages.map(({ user_type, text }) => [user_type, text]), [['visitor', 'Hello'], ['agent', 'How can I help?'], ['visitor', 'My chair']]);
  assert.deepEqual(chat.group, [sales]);
  assert.equal(chat.visitor.email, 'tor@buyer.test');

  // The same id is the same visitor, who keeps the name.
  const again = await ok(startChat('my-visitor-1'));
  assert.deepEqual([(await named('Tor')).id, (await named('Tor')).chats], ['my-visitor-1', 2]);
  await ok(asVisitor('POST', '/visitors/my-visitor-1/chat/close', { body: withSession(again.secured_session_id) }));
});

test('an agent closes the chat: the last words can still be read', async () => {
  const { secured_session_id: session } = await ok(startChat('my-visitor-2'));
  assert.equal((await named('Client')).id, 'my-visitor-2');
  const { rooms } = await administrator.get('livechat/rooms?open=true');
  await administrator.post('livechat/room.closeByUser', { rid: rooms.find(({ fname }) => fname === 'Client')._id, comment: 'Bye' });
  assert.ok((await ok(poll('my-visitor-2', session))).events.length >= 2);
  const refused = await asVisitor('POST', '/visitors/my-visitor-2/chat/send_message', { body: withSession(session, { message: 'Wait' }) });
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.errors, ['the chat is closed']);
  await ok(asVisitor('POST', '/visitors/my-visitor-2/chat/close', { body: withSession(session) }));
});

test('two starts with one new id are one visitor with one chat', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => startChat('my-visitor-3', { name: 'Uma' })));
  const started = answers.filter(({ status }) => status === 200);
  assert.equal(started.length, 1, answers.map(({ text }) => text).join());
  for (const refused of answers.filter(({ status }) => status !== 200)) {
    assertRefusal(refused, 400);
    assert.deepEqual(refused.json.errors, ['the visitor has a chat already']);
  }
  assert.equal((await list()).filter(({ name }) => name === 'Uma').length, 1);
  await ok(asVisitor('POST', '/visitors/my-visitor-3/chat/close', { body: withSession(started[0].json.secured_session_id) }));
});

test('a chat held elsewhere is not handed to whoever knows the id', async () => {
  const una = await visitorCalled('Una');
  await una.open();
  await una.say('my secret');
  const { id } = await named('Una');
  const refused = await startChat(id);
  assertRefusal(refused, 400);
  assert.equal((await named('Una')).name, 'Una');
  await una.say('still here');
  await una.close();
  const started = await ok(startChat(id));
  assert.equal((await named('Una')).id, id, 'who is known keeps the name');
  const { events } = await ok(poll(id, started.secured_session_id));
  assert.ok(!JSON.stringify(events).includes('secret'));
  await ok(asVisitor('POST', `/visitors/${id}/chat/close`, { body: withSession(started.secured_session_id) }));
});

test('where nobody accepts chats none starts', async () => {
  const refused = await startChat('my-visitor-4', { group: billing });
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.errors, ['no agent accepts chats now']);
});

test('what is wrong with a start is named', async () => {
  const cases = [
    [{ licence_id: undefined, welcome_message: undefined }, ['licence_id is required', 'welcome_message is required']],
    [{ licence_id: 1 }, ['licence_id must be the number of this account']],
    [{ welcome_message: 'x'.repeat(1025) }, ['welcome_message must have at most 1024 characters']],
    [{ welcome_message: '' }, ['welcome_message must not be empty']],
    [{ email: 'nobody' }, ['email must be a correct e-mail address']],
    [{ group: -1 }, ['group must be at least 0']],
  ];
  for (const [body, errors] of cases) {
    const refused = await startChat('my-visitor-5', body);
    assertRefusal(refused, 400);
    assert.deepEqual(refused.json.errors, errors);
  }
  assertRefusal(await startChat('my-visitor-5', { group: 999 }), 400);
  assertRefusal(await startChat('x'.repeat(65)), 404);
  assertRefusal(await startChat('%2e%2e%2fadmin'), 404);
});

test('a session is needed, of this visitor', async () => {
  const { secured_session_id: session } = await ok(startChat('my-visitor-6'));
  for (const [id, secret] of [['my-visitor-6', 'CS1.0'], ['my-visitor-1', session]]) {
    assertRefusal(await poll(id, secret), 404);
    for (const call of ['send_message', 'close'])
      assertRefusal(await asVisitor('POST', `/visitors/${id}/chat/${call}`, { body: withSession(secret, { message: 'x' }) }), 404);
  }
  assertRefusal(await asVisitor('GET', '/visitors/my-visitor-6/chat/get_pending_messages'), 400);
  assertRefusal(await asVisitor('POST', '/visitors/my-visitor-6/chat/send_message', { body: withSession(session) }), 400);
  assertRefusal(await asVisitor('POST', '/visitors/my-visitor-6/chat/close', { body: withSession(session, { licence_id: 1 }) }), 400);
  await ok(asVisitor('POST', '/visitors/my-visitor-6/chat/close', { body: withSession(session) }));
});
