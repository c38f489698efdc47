// The archive of the LiveChat face: every filter, paging, single chats and tags, over chats held through Rocket.Chat.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok, publishedClient } from './support/livechat.mjs';
import { owner, Parley } from './support/parley.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';

const password = 'agents-password-1';
let parley, client, administrator;
const groups = {};
const chats = {}; // by name, as the archive shows them
const today = new Date().toISOString().slice(0, 10);

// One chat from opening to closing.
async function hold(name, { department, words, tags = [], closedBy = 'agent', email }) {
  const visitor = new Visitor(parley, `visitor-${name}`);
  await visitor.register({ name, email: email ?? `${name}@buyer.test`, department });
  await visitor.api.post('livechat/page.visited', {
    token: visitor.token, pageInfo: { change: 'url', title: 'Start', location: { href: `https://acme.test/${name}` } },
  });
  const room = await visitor.open();
  for (const text of words) await visitor.say(text);
  const agent = await RocketChat.login(parley, room.servedBy.username, password);
  if (closedBy === 'agent') await agent.post('livechat/room.closeByUser', { rid: room._id, comment: 'done', tags });
  if (closedBy === 'visitor') await visitor.close();
  return room;
}

const names = (answer) => answer.chats.map(({ visitor_name }) => visitor_name);
const list = async (query) => {
  const answer = await ok(livechat(parley, 'GET', `/chats${query}`));
  livechatSpec.assertAnswer('ChatsGet', answer);
  return answer;
};

before(async () => {
  parley = await Parley.start();
  client = publishedClient(parley);
  administrator = await RocketChat.login(parley);
  for (const [login, group] of [['sam@acme.test', 'Sales'], ['sue@acme.test', 'Support']]) {
    await ok(livechat(parley, 'POST', '/agents', { body: { login, name: `${group} Agent`, password } }));
    await makeAvailable(administrator, login);
    const { id } = await ok(livechat(parley, 'POST', '/groups', { body: { name: group, agents: [login] } }));
    const { departments } = await administrator.get('livechat/department');
    groups[group] = { id, department: departments.find(({ name }) => name === group)._id };
  }
  await hold('anna', { department: groups.Sales.department, words: ['Do you sell canoes?', 'And paddles?'], tags: ['boats', 'stock'] });
  await hold('bert', { department: groups.Support.department, words: ['The tent leaks.'], tags: ['boats'] });
  await hold('cleo', { department: groups.Support.department, words: ['Never mind.'], closedBy: 'visitor' });
  await hold('dora', { department: groups.Sales.department, words: ['Are you there?'], closedBy: 'nobody' });
  for (const chat of (await list('?include_pending=1')).chats) chats[chat.visitor_name] = chat;
});
after(() => parley.stop());

test('ended chats are listed newest first, with total and pages', async () => {
  const answer = await client.chats.list({});
  assert.deepEqual(names(answer), ['cleo', 'bert', 'anna']);
  assert.equal(answer.total, 3);
  assert.equal(answer.pages, 1);
});

test('a chat says who talked, where, when and what', () => {
  const { anna, cleo } = chats;
  assert.deepEqual(anna.agents, [{ display_name: 'Sales Agent', email: 'sam@acme.test' }]);
  assert.deepEqual(anna.group, [groups.Sales.id]);
  assert.equal(anna.chat_start_url, 'https://acme.test/anna');
  assert.equal(anna.visitor_id, anna.visitor.id);
  assert.match(anna.visitor_id, /^S[0-9a-f]+\.[0-9a-f]+$/);
  assert.equal(anna.rate, 'not_rated');
  assert.equal(anna.engagement, 'immediate_start');
  assert.equal(anna.timezone, 'UTC');
  assert.deepEqual(anna.messages.map(({ text }) => text), ['Do you sell canoes?', 'And paddles?']);
  assert.ok(anna.events.every((event) => typeof event.text === 'string' && typeof event.user_type === 'string'));
  assert.deepEqual(cleo.tags, []);
  assert.deepEqual(cleo.supervisors, []);
  assert.deepEqual(cleo.prechat_survey, []);
});

test('running chats are listed on demand only', async () => {
  assert.equal((await list('?include_pending=1')).total, 4);
  const pending = chats.dora;
  assert.equal(pending.pending, true);
  assert.ok(!pending.ended_timestamp);
});

const filters = [
  ['one agent', '?agent=sam@acme.test', ['anna']],
  ['an agent whatever the case', '?agent=SAM@acme.test', ['anna']],
  ['an agent without chats', `?agent=${owner.login}`, []],
  ['one tag', '?tag[]=boats', ['bert', 'anna']],
  ['one tag, indexed', '?tag[0]=stock', ['anna']],
  ['one tag, bare', '?tag=stock', ['anna']],
  ['two tags, both needed', '?tag[]=boats&tag[]=stock', ['anna']],
  ['tagged', '?tagged=1', ['bert', 'anna']],
  ['untagged', '?tagged=0', ['cleo']],
  ['full text', '?query=canoes', ['anna']],
  ['full text, another case', '?query=TENT', ['bert']],
  ['full text, the beginning of a word', '?query=cano', ['anna']],
  ['full text, quotes and operators are text', `?query=${encodeURIComponent('"canoes" OR NEAR(')}`, []],
  ['full text, punctuation alone', '?query=%22', []],
  ['full text without a match', '?query=submarine', []],
  ['not rated', '?rate=not_rated', ['cleo', 'bert', 'anna']],
  ['rated', '?rate=rated', []],
  ['rated good', '?rate=rated_good', []],
  ['a goal', '?goal=1', []],
  ['any goal', '?has_goal=1', []],
  ['no goal', '?has_goal=0', ['cleo', 'bert', 'anna']],
  ['a sale', '?sale=1', []],
  ['any sale', '?has_sale=1', []],
  ['from the queue', '?queued=1', []],
  ['not from the queue', '?queued=0', ['cleo', 'bert', 'anna']],
  ['a comment', '?comment=1', []],
  ['a city', '?city=Bergen', []],
  ['a region', '?region=Vestland', []],
  ['a country', '?country=Norway', []],
  ['today', `?date_from=${today}&date_to=${today}`, ['cleo', 'bert', 'anna']],
  ['long ago', '?date_from=2019-01-01&date_to=2019-12-31', []],
  ['the wrong way round', '?date_from=2021-01-01&date_to=2019-12-31', []],
  ['a stray ampersand', '?&query=canoes&', ['anna']],
  ['an unknown visitor', '?visitor_id=S1.abc', []],
  ['an unknown parameter', '?colour=blue&query=canoes', ['anna']],
];
for (const [name, query, expected] of filters)
  test(`filter: ${name}`, async () => {
    const answer = await list(query);
    assert.deepEqual(names(answer), expected);
    assert.equal(answer.total, expected.length);
    assert.equal(answer.pages, expected.length ? 1 : 0);
  });

test('filter: group and visitor, by the ids shown', async () => {
  assert.deepEqual(names(await list(`?group=${groups.Support.id}`)), ['cleo', 'bert']);
  // Group 0 means chats of no group in particular.
  assert.deepEqual(names(await list('?group=0')), []);
  assert.deepEqual(names(await list('?group=4711')), []);
  assert.deepEqual(names(await list(`?visitor_id=${chats.bert.visitor_id}`)), ['bert']);
  assert.deepEqual(names(await list(`?group=${groups.Support.id}&tag[]=boats&agent=sue@acme.test`)), ['bert']);
});

test('bad filter values are refused, each with its reason', async () => {
  for (const query of ['?date_from=INVALID', '?date_to=2020-02-30', '?rate=splendid', '?timezone=Moon/Base', '?tagged=2', '?group=x', `?query=${'word+'.repeat(33)}`])
    assertRefusal(await livechat(parley, 'GET', `/chats${query}`), 400);
  const both = await livechat(parley, 'GET', '/chats?date_from=x&rate=y');
  assert.equal(both.json.errors.length, 2, both.text);
});

test('the time zone decides days and date texts', async () => {
  const [there] = (await list('?timezone=Pacific/Auckland&query=canoes')).chats;
  assert.equal(there.timezone, 'Pacific/Auckland');
  const expected = new Intl.DateTimeFormat('en-US', { timeZone: 'Pacific/Auckland', day: '2-digit', month: '2-digit', year: '2-digit' })
    .format(new Date(there.started_timestamp * 1000));
  assert.equal(there.started.slice(5, 13), expected);
});

test('a page past the end is empty, page 0 and nonsense are page 1', async () => {
  const past = await list('?page=7');
  assert.deepEqual([past.chats.length, past.total, past.pages], [0, 3, 1]);
  for (const page of ['0', 'x', '']) assert.equal((await list(`?page=${page}`)).chats.length, 3);
});

test('a page holds 25 chats', async () => {
  const before = (await list('')).total;
  for (let number = 0; number < 26; ++number)
    await hold(`many-${number}`, { department: groups.Sales.department, words: ['Quack'], closedBy: 'visitor' });
  const first = await list('?query=quack');
  assert.deepEqual([first.chats.length, first.total, first.pages], [25, 26, 2]);
  const second = await list('?query=quack&page=2');
  assert.deepEqual([second.chats.length, second.total, second.pages], [1, 26, 2]);
  assert.equal(new Set([...first.chats, ...second.chats].map(({ id }) => id)).size, 26);
  assert.equal((await list('')).total, before + 26);
});

test('one chat is shown as in the list, without an envelope', async () => {
  for (const name of ['anna', 'dora']) {
    const chat = await client.chats.get(chats[name].id);
    livechatSpec.assertAnswer('ChatsABC123Get', chat);
    assert.deepEqual(chat, chats[name]);
  }
  assert.deepEqual(await ok(livechat(parley, 'GET', `/v2/chats/${chats.anna.id}/`)), chats.anna);
  assertRefusal(await livechat(parley, 'GET', '/chats/AAAAAAAAAA'), 404);
  assertRefusal(await livechat(parley, 'GET', '/chats/%20'), 404);
});

test('tags are replaced in every encoding clients use', async () => {
  const path = `/chats/${chats.bert.id}/tags`;
  const json = { 'Content-Type': 'application/json' };
  const encodings = [
    ['JSON list', { body: { tag: ['a', 'b'] } }, ['a', 'b']],
    ['bracketed JSON member', { body: { 'tag[]': 'c' } }, ['c']],
    ['doubled JSON member', { body: '{"tag[]":"a","tag[]":"b"}', headers: json }, ['a', 'b']],
    ['indexed JSON members', { body: { 'tag[0]': 'a', 'tag[1]': 'b' } }, ['a', 'b']],
    ['form', { body: new URLSearchParams('tag[]=x&tag[]=two+words') }, ['x', 'two words']],
    ['encoded form', { body: new URLSearchParams([['tag[0]', 'ü'], ['tag[1]', 'a+b']]) }, ['ü', 'a+b']],
    ['one value', { body: new URLSearchParams('tag=single') }, ['single']],
    ['form without content type', { body: 'tag[]=plain', headers: { 'Content-Type': '' } }, ['plain']],
    ['no tag at all', { body: {} }, []],
  ];
  for (const [name, request, expected] of encodings) {
    const answer = await livechat(parley, 'PUT', path, request);
    assert.equal(answer.status, 200, `${name}: ${answer.text}`);
    livechatSpec.assertAnswer('ChatsABC123TagsPut', answer.json);
    assert.deepEqual([...answer.json.tags].sort(), [...expected].sort(), name);
    assert.deepEqual(answer.json.chats[0].tags, answer.json.tags);
    assert.deepEqual([answer.json.total, answer.json.pages], [1, 1]);
    assert.deepEqual((await client.chats.get(chats.bert.id)).tags, answer.json.tags);
  }
  assertRefusal(await livechat(parley, 'PUT', '/chats/AAAAAAAAAA/tags', { body: { tag: ['a'] } }), 404);
});

test('a rating, given by the visitor, is shown and found', async () => {
  const visitor = new Visitor(parley, 'visitor-rita');
  await visitor.register({ name: 'rita', department: groups.Sales.department });
  const room = await visitor.open();
  await visitor.say('Thanks!');
  const data = [{ name: 'satisfaction', value: '5' }, { name: 'additionalFeedback', value: 'Fine people' }];
  await visitor.api.post('livechat/room.survey', { rid: room._id, token: visitor.token, data });
  await visitor.close();
  for (const query of ['?rate=rated_good', '?rate=rated', '?comment=1']) assert.deepEqual(names(await list(query)), ['rita'], query);
  assert.deepEqual(names(await list('?rate=rated_bad')), []);
  assert.ok(!names(await list('?rate=not_rated')).includes('rita'));
  const [chat] = (await list('?rate=rated')).chats;
  assert.equal(chat.rate, 'rated_good');
});

test('a chat that waited in the queue says how long', async () => {
  await administrator.post('settings/Livechat_Routing_Method', { value: 'Manual_Selection' });
  const visitor = new Visitor(parley, 'visitor-quinn');
  await visitor.register({ name: 'quinn', department: groups.Sales.department });
  const room = await visitor.open();
  assert.equal(room.servedBy, undefined);
  await visitor.say('Anybody?');
  const sam = await RocketChat.login(parley, 'sam', password);
  const { inquiries } = await sam.get('livechat/inquiries.queuedForUser');
  const waiting = inquiries.find(({ rid }) => rid === room._id);
  assert.ok(waiting, JSON.stringify(inquiries));
  await sam.post('livechat/inquiries.take', { inquiryId: waiting._id });
  await administrator.post('settings/Livechat_Routing_Method', { value: 'Auto_Selection' });
  await sam.post('livechat/room.closeByUser', { rid: room._id, comment: 'done' });
  const queued = await list('?queued=1');
  assert.deepEqual(names(queued), ['quinn']);
  assert.ok(Number.isInteger(queued.chats[0].queue.duration));
  assert.deepEqual(queued.chats[0].agents.map(({ email }) => email), ['sam@acme.test']);
  assert.ok(!names(await list('?queued=0')).includes('quinn'));
});

test('a forwarded chat has both agents and the new group', async () => {
  const visitor = new Visitor(parley, 'visitor-fred');
  await visitor.register({ name: 'fred', department: groups.Sales.department });
  const room = await visitor.open();
  await visitor.say('I need support');
  await administrator.post('livechat/room.forward', { roomId: room._id, departmentId: groups.Support.department });
  const sue = await RocketChat.login(parley, 'sue', password);
  await sue.post('chat.sendMessage', { message: { rid: room._id, msg: 'Support here' } });
  await sue.post('livechat/room.closeByUser', { rid: room._id, comment: 'done' });
  const [chat] = (await list('?query=support')).chats;
  assert.equal(chat.visitor_name, 'fred');
  assert.deepEqual(chat.group, [groups.Support.id]);
  assert.deepEqual(chat.agents.map(({ email }) => email), ['sam@acme.test', 'sue@acme.test']);
  assert.ok(chat.events.some(({ event_type }) => event_type === 'transferred'));
});

test('tags set over LiveChat are seen over Rocket.Chat and kept beside the rest of the room', async () => {
  await ok(livechat(parley, 'PUT', `/chats/${chats.anna.id}/tags`, { body: { tag: ['canoe'] } }));
  const { rooms } = await administrator.get('livechat/rooms?tags[]=canoe');
  assert.equal(rooms.length, 1);
  assert.equal(rooms[0].v.name ?? rooms[0].fname, 'anna');
  assert.deepEqual(names(await list('?tag[]=canoe')), ['anna']);
});

test('a chat shows files by their address, who only looked on, and what is known of the visitor', async () => {
  await administrator.post('livechat/custom-fields.save', { customFieldId: null, customFieldData: { field: 'plan', label: 'Plan', scope: 'visitor', visibility: 'visible', regexp: '' } });
  const visitor = new Visitor(parley, 'visitor-olga');
  await visitor.register({ name: 'olga', department: groups.Sales.department });
  await visitor.api.post('livechat/custom.field', { token: visitor.token, key: 'plan', value: 'gold', overwrite: true });
  const room = await visitor.open();
  await visitor.say('See my picture');
  const upload = new FormData();
  upload.append('file', new Blob(['a picture'], { type: 'text/plain' }), 'tent.txt');
  const sent = await fetch(`${parley.server}/api/v1/livechat/upload/${room._id}`, { method: 'POST', headers: { 'x-visitor-token': visitor.token }, body: upload });
  assert.equal(sent.status, 200);
  await administrator.get(`livechat/room.join?roomId=${room._id}`);
  await administrator.post('chat.sendMessage', { message: { rid: room._id, msg: 'Sell her two' } });
  await visitor.close();
  const [chat] = (await list('?query=picture')).chats;
  assert.deepEqual(chat.custom_variables, [{ key: 'plan', value: 'gold' }]);
  assert.deepEqual([chat.agents.length, chat.supervisors.map(({ display_name }) => display_name)], [1, ['Administrator']]);
  const [file] = chat.events.filter(({ type }) => type === 'attachment');
  assert.deepEqual([file.text, file.user_type, file.files.length], ['olga uploaded a file', 'visitor', 1]);
  assert.equal(new URL(file.files[0]).origin, parley.server);
  assert.match(file.files[0], /\/tent\.txt$/);
  assert.deepEqual(chat.messages.map(({ text, user_type }) => [text, user_type]), [['See my picture', 'visitor'], ['Sell her two', 'supervisor']]);
  assert.ok(chat.messages[1].agent_id && !('agent_id' in chat.messages[0]), 'agents and supervisors alone have a login');
  const { author_name, ...closed } = chat.events.at(-1);
  assert.deepEqual([author_name, closed.type, closed.event_type, closed.text], [undefined, 'event', 'closed', 'olga closed the chat.']);
  assert.ok(!('custom_variables' in chats.anna) && !('queue' in chats.anna) && !('referrer' in chats.anna) && !('goals' in chats.anna), 'what there is not is left out');
  assert.ok(!('ended' in chats.dora) && !('ended_timestamp' in chats.dora), 'a running chat has no end');
});
