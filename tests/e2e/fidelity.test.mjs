// What clients of the LiveChat API compare byte by byte, or rely on for every resource alike.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok } from './support/livechat.mjs';
import { owner, Parley, run } from './support/parley.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec as spec } from './support/schemas.mjs';
import { Smtp } from './support/smtp.mjs';

let parley, smtp, administrator, group;
before(async () => {
  smtp = await Smtp.start();
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  for (const [id, value] of Object.entries({ SMTP_Host: '127.0.0.1', SMTP_Port: String(smtp.port), From_Email: 'desk@acme.test' }))
    await administrator.post(`settings/${id}`, { value });
});
after(async () => {
  await parley.stop();
  await smtp.stop();
});

const create = (path, body) => ok(livechat(parley, 'POST', path, { body }));
const types = [
  ['/agents', { login: 'liv@acme.test', name: 'Liv Berg', job_title: 'Porter', groups: [], daily_summary: 0, max_chats_count: 3, notifications: { new_goal: 0 } }],
  ['/groups', { name: 'Billing', agents: ['liv@acme.test', owner.login], language: 'pl' }],
  ['/canned_responses', { text: 'Is there "anything" else?', tags: ['else', 'two words', 'ü&=+'], group: 0 }],
  ['/goals', { name: 'order placed', type: 'url', url: 'https://acme.test/thanks?a=1&b=2', match_type: 'exact', active: 0 }],
  ['/goals', { name: 'sold', type: 'sales_tracker', sales_tracker_id: 's1', value: '5', currency: 'EUR' }],
  ['/greetings', { name: 'slow cart', active: 0, group: 0, subtype: 'announcement', properties: { 'greeting-message_text': 'Need a hand?' },
    rules: [{ type: 'visit_time_page', operator: 'greater_than', value: 40 }, { type: 'url_funnel', urls: [{ url: '/a', operator: 'contains' }, { url: '/b' }] }, { type: 'custom_variable', variable_name: 'cart', variable_value: true }] }],
  ['/tags', { tag: 'refund', author: 'nora@acme.test', group: 0 }],
  ['/tickets', { message: 'Broken\nagain', requester: { mail: 'ida@buyer.test', name: 'Ida Holm' }, assignee: { id: owner.login }, source: { type: 'chat-window', url: 'https://acme.test/' }, subject: 'Lamp', group: [0] }],
  ['/webhooks', { event_type: 'chat_ended', data_types: ['visitor', 'chat'], url: 'https://user:pass@hooks.acme.test/lc' }],
];

test('the lists of a new account are empty, to the byte', async () => {
  for (const path of ['/canned_responses', '/goals', '/greetings', '/tags', '/agents?status=not%20accepting%20chats'])
    assert.equal((await livechat(parley, 'GET', path)).text, '[]', path);
  assert.equal((await livechat(parley, 'GET', '/webhooks')).text, '{"events":[]}');
  for (const name of ['chats', 'tickets']) {
    const { text } = await livechat(parley, 'GET', `/${name}`);
    assert.ok(text.startsWith(`{"${name}":[],`), text);
    assert.deepEqual(JSON.parse(text), { [name]: [], total: 0, pages: 0 });
  }
});

// The pairs of a form; `bracket` writes what stands around a member's name.
function pairsOf(name, value, bracket) {
  if (Array.isArray(value)) return value.flatMap((item, index) => pairsOf(name + bracket(typeof item === 'object' ? index : ''), item, bracket));
  if (typeof value === 'object') return Object.entries(value).flatMap(([key, member]) => pairsOf(name + bracket(key), member, bracket));
  return [[name, String(value)]];
}
const formOf = (body, bracket, encode = encodeURIComponent) =>
  Object.entries(body).flatMap(([name, value]) => pairsOf(name, value, bracket)).map(([name, value]) => `${name}=${encode(value)}`).join('&');
const plain = (key) => `[${key}]`;
const escaped = (open, close) => (key) => open + key + close;
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const json = { 'Content-Type': 'application/json; charset=utf-8' };
const asTexts = (value) => {
  if (Array.isArray(value)) return value.map(asTexts);
  return typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asTexts(member)])) : String(value);
};
const encodings = [
  ['JSON', (body) => ({ body })],
  ['JSON of texts', (body) => ({ body: asTexts(body) })],
  ['JSON with bracketed names', (body) => ({ body: Object.fromEntries(Object.entries(body).flatMap(([name, value]) => pairsOf(name, value, (key) => `[${key}]`).map(([key, text], index) => [key.replace('[]', `[${index}]`), text]))), headers: json })],
  ['a form', (body) => ({ body: formOf(body, plain), headers: form })],
  ['a form with escaped brackets', (body) => ({ body: formOf(body, escaped('%5B', '%5D')), headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' } })],
  ['a form with escapes in small letters', (body) => ({ body: formOf(body, escaped('%5b', '%5d'), (text) => encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())), headers: form })],
  ['a form with plus for a space', (body) => ({ body: formOf(body, plain, (text) => encodeURIComponent(text).replaceAll('%20', '+')), headers: form })],
  ['a form whose items are numbered', (body) => ({ body: formOf(body, plain).split('&').map((pair, index) => pair.replace('[]=', `[${index}]=`)).join('&'), headers: form })],
  ['a form with line ends between', (body) => ({ body: `\n  ${formOf(body, plain).split('&').join('&\n  ')}`, headers: form })],
  ['a form without a type', (body) => ({ body: formOf(body, plain), headers: { 'Content-Type': '' } })],
];

// Without what differs from one record to the next; the order of rules means nothing.
function comparable(value) {
  const text = JSON.stringify(value, (key, member) => {
    if (['id', 'token', 'creation_date', 'modified', 'date', 'from', 'opened'].includes(key) && typeof member !== 'object') return undefined;
    return member;
  });
  const record = JSON.parse(text);
  if (record.rules) record.rules.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return record;
}

for (const [path, body] of types)
  test(`POST ${path} means the same in every encoding`, async () => {
    let made;
    for (const [name, encode] of encodings) {
      // An empty list cannot be said in a form.
      const said = Object.fromEntries(Object.entries(body).filter(([, value]) => !(Array.isArray(value) && value.length === 0)));
      const answer = await livechat(parley, 'POST', path, encode(said));
      assert.equal(answer.status, 200, `${name}: ${answer.text}`);
      made ??= answer.json;
      assert.deepEqual(comparable(answer.json), comparable(made), name);
      if (path === '/agents') await ok(livechat(parley, 'DELETE', `/agents/${body.login}`));
      if (path === '/tags') await ok(livechat(parley, 'DELETE', `/tags/${body.tag}?group=0`));
      if (path === '/greetings') await ok(livechat(parley, 'DELETE', `/greetings/${answer.json.id}`)); // ten announcements are all there may be
    }
    if (path === '/agents') await create(path, body);
  });

const texts = async (method, path, body) => {
  const answer = await livechat(parley, method, path, { body });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  return answer.text;
};

test('fixed answers are what the documentation prints, to the byte', async () => {
  const id = async (path, body) => (await create(path, body)).id;
  await create('/agents', { login: 'Brief@Acme.test', name: 'Brief' });
  assert.equal(await texts('DELETE', '/agents/brief%40acme.test'), '{"result":"brief@acme.test removed successfully"}');
  assert.equal(await texts('DELETE', `/canned_responses/${await id('/canned_responses', { text: 'x', tags: [] })}`), '{"result":"Canned response removed successfully"}');
  const goal = await id('/goals', { name: 'g', type: 'api' });
  const { visitor_id, id: chat } = await heldChat('byte');
  assert.equal(await texts('POST', `/goals/${goal}/mark_as_successful`, { visitor_id }), '{"result":"goal marked as successful"}');
  assert.equal(await texts('POST', `/chats/${chat}/send_transcript`, { to: 'Boss+x@Acme.test' }), '{"result":"E-mail has been sent to Boss+x@Acme.test."}');
  assert.equal(await texts('DELETE', `/goals/${goal}`), '{"result":"goal removed successfully"}');
  assert.equal(await texts('DELETE', `/greetings/${await id('/greetings', { name: 'g', rules: [{ type: 'visits_number', value: 1 }] })}`), '{"ok":true}');
  assert.equal(await texts('DELETE', `/groups/${await id('/groups', { name: 'g', agents: [] })}`), '{"result":"group removed successfully"}');
  await create('/tags', { tag: 'a b/c', author: 'a', group: 0 });
  assert.equal(await texts('DELETE', '/tags/a%20b%2Fc', { group: 0 }), '{"ok":true}');
  const { events: [webhook] } = await create('/webhooks', { event_type: 'chat_ended', data_types: [], url: 'https://acme.test' });
  assert.equal(await texts('DELETE', `/webhooks/${webhook.id}`), '{"result":"Push notification removed successfully"}');
  assert.match(await texts('GET', '/status'), /^\{"status":"(online|offline)"\}$/);
});

// A chat from beginning to end, as the archive shows it.
async function heldChat(name) {
  await makeAvailable(administrator, owner.login);
  const visitor = new Visitor(parley, name);
  await visitor.register({ name, email: `${name}@buyer.test` });
  await visitor.open();
  await visitor.say('Hello');
  await visitor.close();
  return (await ok(livechat(parley, 'GET', '/chats'))).chats.find((chat) => chat.visitor_name === name);
}

test('what is created is there at once, by the id it was given', async () => {
  for (const [path, body, change] of [
    ['/groups', { name: 'New', agents: [] }, { name: 'Newer' }], ['/canned_responses', { text: 'New', tags: ['n'] }, { text: 'Newer' }],
    ['/goals', { name: 'New', type: 'api' }, { name: 'Newer' }], ['/greetings', { name: 'New', rules: [{ type: 'visits_number', value: 1 }] }, { name: 'Newer' }],
    ['/tickets', { message: 'New', requester: { mail: 'a@buyer.test' } }], ['/agents', { login: 'new@acme.test', name: 'New' }, { name: 'Newer' }],
  ]) {
    const made = await create(path, body);
    const one = `${path}/${made.id ?? made.login}`;
    assert.deepEqual(await ok(livechat(parley, 'GET', one)), made);
    const listed = await ok(livechat(parley, 'GET', path));
    assert.ok((listed.tickets ?? listed).some(({ id, login }) => (made.id ? id === made.id : login === made.login)), path);
    if (!change) continue;
    const changed = await ok(livechat(parley, 'PUT', one, { body: change }));
    assert.deepEqual(await ok(livechat(parley, 'GET', one)), changed);
    assert.ok(Object.keys(made).every((name) => name in changed), 'members do not go');
    await ok(livechat(parley, 'DELETE', one));
    for (const method of ['GET', 'PUT', 'DELETE']) assertRefusal(await livechat(parley, method, one, { body: method === 'PUT' ? change : undefined }), 404);
  }
});

test('ids have the shapes clients know', async () => {
  const chat = await heldChat('shape');
  assert.match(chat.id, /^[A-Z0-9]{10}$/);
  assert.match(chat.visitor_id, /^S[0-9a-f]+\.[0-9a-f]+$/);
  assert.match((await create('/tickets', { message: 'x', requester: { mail: 'a@buyer.test' } })).id, /^[A-Z0-9]{5}$/);
  for (const [path, body] of [['/groups', { name: 'Ids', agents: [] }], ['/canned_responses', { text: 'x', tags: [] }], ['/goals', { name: 'x', type: 'api' }]]) {
    const { id } = await create(path, body);
    assert.ok(Number.isInteger(id) && id > 0, path);
  }
});

test('group 0 is everybody: in lists, as a default, and as what cannot be changed', async () => {
  const [everybody] = await ok(livechat(parley, 'GET', '/groups'));
  assert.deepEqual([everybody.id, 'agents' in everybody], [0, false]);
  assert.deepEqual(await ok(livechat(parley, 'GET', '/groups/0')), everybody);
  for (const [method, body] of [['PUT', { name: 'x' }], ['PUT', { agents: [] }], ['DELETE', undefined]]) assertRefusal(await livechat(parley, method, '/groups/0', { body }), 400);
  const agent = await create('/agents', { login: 'zero@acme.test', name: 'Zero', groups: [0] });
  assert.deepEqual(agent.groups, [], 'a membership of everybody is none');
  for (const [path, body] of [['/canned_responses', { text: 'x', tags: [] }], ['/greetings', { name: 'x', rules: [{ type: 'visits_number', value: 1 }] }]])
    assert.equal((await create(path, body)).group, 0);
  assert.deepEqual((await create('/tickets', { message: 'x', requester: { mail: 'a@buyer.test' } })).groups, [0]);
  group = await create('/groups', { name: 'Zeros', agents: ['zero@acme.test'] });
  await create('/canned_responses', { text: 'of a group', tags: [], group: group.id });
  await create('/greetings', { name: 'of a group', group: group.id, rules: [{ type: 'visits_number', value: 1 }] });
  const groupsOf = async (path) => [...new Set((await ok(livechat(parley, 'GET', path))).map((one) => one.group))].sort();
  assert.deepEqual(await groupsOf('/canned_responses'), [0], 'without a group: everybody\'s alone');
  assert.deepEqual(await groupsOf('/greetings'), [0, group.id], 'without a group: those of all');
  for (const path of ['/canned_responses', '/greetings', '/tags']) assert.ok((await groupsOf(`${path}?group=0`)).every((id) => id === 0), path);
  assert.equal((await heldChat('nobodys')).group.length, 1, 'a chat is of exactly one group');
  for (const path of ['/status', '/status/0', '/status?group=0', '/status?group=']) assert.deepEqual(await ok(livechat(parley, 'GET', path)), { status: 'online' }, path);
});

test('logins are compared without case, wherever they stand', async () => {
  const lower = await ok(livechat(parley, 'GET', '/agents/liv@acme.test'));
  assert.deepEqual(await ok(livechat(parley, 'GET', '/agents/LIV%40Acme.Test')), lower);
  assertRefusal(await livechat(parley, 'POST', '/agents', { body: { login: 'LIV@acme.test', name: 'Again' } }), 400);
  assert.deepEqual((await create('/groups', { name: 'Case', agents: ['Liv@Acme.test', 'liv@acme.test'] })).agents, ['liv@acme.test']);
  assert.equal((await create('/tickets', { message: 'x', requester: { mail: 'a@buyer.test' }, assignee: { id: 'LIV@ACME.TEST' } })).assignee.id, 'liv@acme.test');
  assert.ok((await ok(livechat(parley, 'GET', '/tickets?assignee=Liv@acme.test'))).total > 0);
});

test('a normal agent may change these members of the own profile, and no others', async () => {
  const login = 'self@acme.test';
  await create('/agents', { login, name: 'Self', password: 'Self-Password-1' });
  await makeAvailable(administrator, login);
  const as = { login, key: run(['keys', 'add', '--login', login, '--role', 'normal'], { folder: parley.folder }).stdout.trim() };
  const put = (body) => livechat(parley, 'PUT', `/agents/${login}`, { as, body });
  const own = { name: 'Me', job_title: 'Clerk', daily_summary: 0, notifications: { new_goal: 0 }, login_status: 'not accepting chats', status: 'not accepting chats' };
  for (const [name, value] of Object.entries(own)) {
    const changed = await ok(put({ [name]: value }));
    if (typeof value === 'object') assert.equal(changed[name].new_goal, 0);
    else assert.equal(changed[name], value, name);
  }
  await ok(put({ password: 'Other-Password-2', current_password: 'Self-Password-1' }));
  for (const [name, value] of Object.entries({ permission: 'administrator', groups: [], max_chats_count: 2, work_scheduler: { monday: { enabled: 1 } } }))
    assertRefusal(await put({ [name]: value }), 403);
  assertRefusal(await put({ name: 'Both', groups: [] }), 403);
  assert.equal((await ok(livechat(parley, 'GET', `/agents/${login}`))).name, 'Me', 'refused as a whole');
});

test('notifications and schedules may be partial; what is not sent stays', async () => {
  const all = { new_visitor: 1, incoming_chat: 1, returning_visitor: 1, queued_visitor: 1, visitor_is_typing: 0, new_goal: 1 };
  for (const [notifications, expected] of [[{}, all], [undefined, all], [[], all], [{ new_goal: '0', visitor_is_typing: true }, { ...all, new_goal: 0, visitor_is_typing: 1 }]]) {
    const made = await create('/agents', { login: 'part@acme.test', name: 'Part', notifications });
    assert.deepEqual(made.notifications, expected);
    assert.deepEqual((await ok(livechat(parley, 'PUT', '/agents/part@acme.test', { body: { notifications: { new_visitor: 0 } } }))).notifications, { ...expected, new_visitor: 0 });
    await ok(livechat(parley, 'DELETE', '/agents/part@acme.test'));
  }
  const { work_scheduler } = await create('/agents', { login: 'hours@acme.test', name: 'Hours' });
  assert.deepEqual(work_scheduler, {});
  const schedule = async (body) => (await ok(livechat(parley, 'PUT', '/agents/hours@acme.test', { body: { work_scheduler: body } }))).work_scheduler;
  assert.deepEqual(await schedule({ monday: { start: '09:00', end: '17:00', enabled: 1 } }), { monday: { enabled: 1, start: '09:00', end: '17:00' } });
  assert.deepEqual(await schedule({ monday: { end: '18:30' }, sunday: { enabled: '0' } }), { monday: { enabled: 1, start: '09:00', end: '18:30' }, sunday: { enabled: 0 } });
  for (const start of ['24:00', '9:00', '09:60', '09:00 ']) assertRefusal(await livechat(parley, 'PUT', '/agents/hours@acme.test', { body: { work_scheduler: { monday: { start } } } }), 400);
});

test('a list may be a name that repeats', async () => {
  const { id } = await heldChat('repeated');
  const tagged = await ok(livechat(parley, 'PUT', `/chats/${id}/tags`, { body: new URLSearchParams('tag=a&tag=b') }));
  assert.deepEqual([...tagged.tags].sort(), ['a', 'b']);
  for (const query of ['tag=a&tag=b', 'tag[]=a&tag=b', 'tag%5B%5D=a&tag[1]=b']) assert.equal((await ok(livechat(parley, 'GET', `/chats?${query}`))).total, 1, query);
  assert.equal((await ok(livechat(parley, 'GET', '/chats?tag=a&tag=c'))).total, 0);
});

test('dates are those of the zone asked for, in winter and summer time', async () => {
  await heldChat('zoned');
  for (const timezone of ['UTC', 'Europe/Berlin', 'America/Phoenix', 'Asia/Kolkata', 'Pacific/Chatham', 'Pacific/Kiritimati']) {
    const [chat] = (await ok(livechat(parley, 'GET', `/chats?timezone=${timezone}&query=Hello`))).chats;
    spec.assertAnswer('ChatsABC123Get', chat);
    for (const [text, timestamp] of [[chat.started, chat.started_timestamp], [chat.ended, chat.ended_timestamp], ...chat.events.map(({ date, timestamp: at }) => [date, at])])
      assert.equal(text, archiveDate(timestamp, timezone), timezone);
    assert.equal(chat.timezone, timezone);
    assert.equal(chat.duration, chat.ended_timestamp - chat.started_timestamp);
    // The day of the zone finds the chat, the days around it do not.
    const { year, month, day: date } = Object.fromEntries(new Intl.DateTimeFormat('en-US', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' })
      .formatToParts(new Date(chat.started_timestamp * 1000)).map(({ type, value }) => [type, value]));
    const day = `${year}-${month}-${date}`;
    const next = (date, days) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
    const found = async (from, to) => (await ok(livechat(parley, 'GET', `/chats?timezone=${timezone}&date_from=${from}&date_to=${to}`))).chats.some(({ id }) => id === chat.id);
    assert.deepEqual([await found(day, day), await found(next(day, 1), next(day, 1)), await found(next(day, -1), next(day, -1))], [true, false, false], timezone);
  }
});

test('nothing is null: what there is not is absent or empty', async () => {
  await create('/tags', { tag: 'kept', author: owner.login, group: 0 });
  await create('/webhooks', { event_type: 'chat_ended', data_types: [], url: 'https://acme.test' });
  for (const path of ['/agents', `/agents/${owner.login}`, '/groups', '/chats?include_pending=1', '/tickets', '/canned_responses', '/goals', '/greetings', '/tags', '/webhooks', '/status']) {
    const { text } = await livechat(parley, 'GET', path);
    assert.doesNotMatch(text, /[:,[]null[,}\]]/, path);
    assert.ok(text.length > 2, path);
  }
});

// "Wed, 01/23/13 11:40:53 am"
function archiveDate(timestamp, timeZone) {
  const options = { timeZone, weekday: 'short', month: '2-digit', day: '2-digit', year: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: true };
  const part = Object.fromEntries(new Intl.DateTimeFormat('en-US', options).formatToParts(new Date(timestamp * 1000)).map(({ type, value }) => [type, value]));
  return `${part.weekday}, ${part.month}/${part.day}/${part.year} ${part.hour}:${part.minute}:${part.second} ${part.dayPeriod.toLowerCase()}`;
}
