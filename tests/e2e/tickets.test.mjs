// Tickets of the LiveChat face: made by clients, by forms on the web and by messages left, listed by every filter.
// The published client has no calls for tickets: all requests here are bare.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok } from './support/livechat.mjs';
import { owner, Parley, run } from './support/parley.mjs';
import { RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';
import { Smtp } from './support/smtp.mjs';

let parley, smtp, administrator;
const groups = {};
const tickets = {}; // by the first word of the message
const today = new Date().toISOString().slice(0, 10);

const create = async (body) => {
  const ticket = await ok(livechat(parley, 'POST', '/tickets', { body }));
  livechatSpec.assertAnswer('TicketsPost', ticket);
  return ticket;
};
const get = async (id) => {
  const ticket = await ok(livechat(parley, 'GET', `/tickets/${id}`));
  livechatSpec.assertAnswer('TicketsByIdGet', ticket);
  return ticket;
};
const list = async (query) => {
  const answer = await ok(livechat(parley, 'GET', `/tickets${query}`));
  livechatSpec.assertAnswer('TicketsGet', answer);
  return answer;
};
const nameOf = (ticket) => ticket.events[0].message.split(' ')[0];
const names = (answer) => answer.tickets.map(nameOf);
const sorted = (texts) => [...texts].sort();

before(async () => {
  smtp = await Smtp.start();
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  for (const [login, group] of [['sam@acme.test', 'Sales'], ['sue@acme.test', 'Support']]) {
    await ok(livechat(parley, 'POST', '/agents', { body: { login, name: `${group} Agent`, password: 'agents-password-1' } }));
    groups[group] = (await ok(livechat(parley, 'POST', '/groups', { body: { name: group, agents: [login] } }))).id;
  }
  for (const body of [
    { message: 'Lamp arrived broken', requester: { mail: 'ida@buyer.test', name: 'Ida Holm' }, subject: 'Shade cracked', assignee: { id: 'SAM@acme.test' } },
    { message: 'Desk is late', requester: { mail: 'ida@buyer.test' }, group: [groups.Sales, 0], source: { type: 'mail', url: 'https://acme.test/' } },
    { message: 'Sofa too soft', requester: { mail: 'Olaf@buyer.test' }, group: groups.Support, source: { type: 'chat-window', url: 'https://acme.test/sofa' } },
  ]) {
    const ticket = await create(body);
    tickets[nameOf(ticket)] = ticket;
  }
  tickets.Desk = pick(await ok(livechat(parley, 'PUT', `/tickets/${tickets.Desk.id}/tags`, { body: { tag: ['oak', 'late'] } })));
});
after(async () => {
  await parley.stop();
  await smtp.stop();
});

// The ticket out of an answer that is ticket and list at once.
function pick({ tickets: [listed], total, pages, ...ticket }) {
  assert.deepEqual([total, pages], [1, 1]);
  assert.deepEqual(listed, ticket);
  return ticket;
}

test('a created ticket is bare, open, and begins with what the requester wrote', () => {
  const { Lamp } = tickets;
  assert.match(Lamp.id, /^[A-Z0-9]{5}$/);
  assert.ok(Math.abs(Lamp.modified - Date.now() / 1000) < 60);
  assert.deepEqual(Lamp, {
    id: Lamp.id,
    status: 'open',
    subject: 'Shade cracked',
    requester: { mail: 'ida@buyer.test', name: 'Ida Holm' },
    assignee: { id: 'sam@acme.test', name: 'Sales Agent' },
    groups: [0],
    events: [
      { type: 'message', date: Lamp.modified, author: { id: 'ida@buyer.test', name: 'Ida Holm', type: 'client' },
        message: 'Lamp arrived broken', is_private: false, source: { type: 'lc2' } },
      { type: 'assignee_changed', date: Lamp.modified, author: { id: owner.login, name: Lamp.events[1].author.name, type: 'agent' },
        to: { id: 'sam@acme.test', name: 'Sales Agent' } },
    ],
    modified: Lamp.modified,
    source: { type: 'lc2' },
    opened: [{ from: Lamp.modified }],
    firstResponse: {},
    tags: [],
  });
});

test('what is not said has its default', () => {
  const { Desk, Sofa } = tickets;
  assert.equal(Desk.subject, '(no subject)');
  assert.deepEqual(Desk.groups, [groups.Sales, 0]);
  assert.ok(!('assignee' in Desk));
  assert.deepEqual(Desk.source, { type: 'mail' }, 'an address goes with the chat window only');
  assert.deepEqual(Sofa.groups, [groups.Support], 'a single number is a list of one');
  assert.deepEqual(Sofa.source, { type: 'chat-window', url: 'https://acme.test/sofa' });
});

test('a ticket is found at once and shown as in the list', async () => {
  for (const name of ['Lamp', 'Desk', 'Sofa']) {
    const ticket = await get(tickets[name].id);
    assert.deepEqual(ticket, tickets[name]);
    assert.deepEqual((await list('')).tickets.find(({ id }) => id === ticket.id), ticket);
  }
  assert.deepEqual(await ok(livechat(parley, 'GET', `/v2/tickets/${tickets.Lamp.id}/`)), tickets.Lamp);
  assertRefusal(await livechat(parley, 'GET', '/tickets/ZZZZZ'), 404);
});

test('forms make the same tickets as JSON', async () => {
  const form = new URLSearchParams([['message', 'Rug smells'], ['requester[mail]', 'rita@buyer.test'], ['requester[name]', 'Rita'],
    ['assignee[id]', 'sue@acme.test'], ['source[type]', 'chat-window'], ['source[url]', 'https://acme.test/rug'],
    ['subject', 'Rug'], ['group[]', String(groups.Sales)], ['group[]', '0']]);
  const { id, modified, opened, events, ...ticket } = await create(form);
  assert.deepEqual(ticket, {
    status: 'open', subject: 'Rug', requester: { mail: 'rita@buyer.test', name: 'Rita' },
    assignee: { id: 'sue@acme.test', name: 'Support Agent' }, groups: [groups.Sales, 0],
    source: { type: 'chat-window', url: 'https://acme.test/rug' }, firstResponse: {}, tags: [],
  });
  assert.equal(events[0].message, 'Rug smells');
  await erase(id, 'rita@buyer.test');
});

test('a ticket that cannot be is refused under both names, with every reason', async () => {
  const refused = await livechat(parley, 'POST', '/tickets', { body: { requester: { mail: 'nobody' }, source: { type: 'pigeon' } } });
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.error, refused.json.errors);
  for (const reason of ['message is required', 'requester.mail must be a correct e-mail address', 'source.type must be one of: chat-window, mail, lc2'])
    assert.ok(refused.json.errors.includes(reason), `${reason}: ${refused.text}`);
  const request = { message: 'Hi', requester: { mail: 'x@buyer.test' } };
  for (const [change, field] of [
    [{ message: '' }, 'message'], [{ requester: undefined }, 'requester'], [{ requester: {} }, 'requester.mail'],
    [{ assignee: { id: 'nobody@acme.test' } }, 'assignee.id'], [{ group: [4711] }, 'group'], [{ group: ['x'] }, 'group'],
  ]) {
    const answer = await livechat(parley, 'POST', '/tickets', { body: { ...request, ...change } });
    assertRefusal(answer, 400);
    assert.ok(answer.json.errors.some((text) => text.startsWith(field)), `${field}: ${answer.text}`);
  }
  assert.equal((await list('?requester[mail]=x@buyer.test')).total, 0);
});

const filters = [
  ['nothing', '', ['Desk', 'Lamp', 'Sofa']],
  ['open', '?status=open', ['Desk', 'Lamp', 'Sofa']],
  ...['pending', 'solved', 'spam'].map((status) => [status, `?status=${status}`, []]),
  ['assigned', '?assigned=1', ['Lamp']],
  ['unassigned', '?assigned=0', ['Desk', 'Sofa']],
  ['an assignee', '?assignee=sam@acme.test', ['Lamp']],
  ['an assignee whatever the case', '?assignee=Sam@Acme.test', ['Lamp']],
  ['an assignee without tickets', '?assignee=sue@acme.test', []],
  ['an agent, which is ignored', '?agent[]=sue@acme.test', ['Desk', 'Lamp', 'Sofa']],
  ['full text of a message', '?query=SOFT', ['Sofa']],
  ['full text of a subject', '?query=shade', ['Lamp']],
  ['several words', '?query=holm+cracked', ['Lamp']],
  ['full text without a match', '?query=submarine', []],
  ['a requester', '?requester[mail]=ida@buyer.test', ['Desk', 'Lamp']],
  ['a requester, encoded, another case', '?requester%5Bmail%5D=olaf%40Buyer.test', ['Sofa']],
  ['a source', '?source=chat-window', ['Sofa']],
  ['another source', '?source=lc2', ['Lamp']],
  ['a source nothing came from', '?source=facebook', []],
  ['one tag', '?tag=oak', ['Desk']],
  ['two tags, both needed', '?tag[]=oak&tag[]=late', ['Desk']],
  ['two tags, one missing', '?tag[0]=oak&tag[1]=pine', []],
  ['tagged', '?tagged=1', ['Desk']],
  ['untagged', '?tagged=0', ['Lamp', 'Sofa']],
  ['everybody\'s group', '?group=0', ['Desk', 'Lamp']],
  ['an unknown group', '?group=4711', []],
  ['today', `?date_from=${today}&date_to=${today}`, ['Desk', 'Lamp', 'Sofa']],
  ['from today', `?date_from=${today}`, ['Desk', 'Lamp', 'Sofa']],
  ['until today', `?date_to=${today}`, ['Desk', 'Lamp', 'Sofa']],
  ['long ago', '?date_from=2019-01-01&date_to=2019-12-31', []],
  ['the wrong way round', '?date_from=2021-01-01&date_to=2019-12-31', []],
  ['a stray ampersand', '?&query=soft&', ['Sofa']],
  ['several at once', '?status=open&tagged=0&assigned=0&requester[mail]=olaf@buyer.test', ['Sofa']],
];
for (const [name, query, expected] of filters)
  test(`filter: ${name}`, async () => {
    const answer = await list(query);
    assert.deepEqual(sorted(names(answer)), expected);
    assert.equal(answer.total, expected.length);
    assert.equal(answer.pages, expected.length ? 1 : 0);
  });

test('filter: groups, by the numbers shown', async () => {
  assert.deepEqual(names(await list(`?group=${groups.Sales}`)), ['Desk']);
  assert.deepEqual(names(await list(`?group=${groups.Support}`)), ['Sofa']);
});

test('the last changed comes first, or last', async () => {
  await ok(livechat(parley, 'PUT', `/tickets/${tickets.Lamp.id}/tags`, { body: { tag: ['glass'] } }));
  assert.equal(names(await list('?order=desc'))[0], 'Lamp');
  assert.equal(names(await list(''))[0], 'Lamp');
  assert.equal(names(await list('?order=asc'))[2], 'Lamp');
  tickets.Lamp = pick(await ok(livechat(parley, 'PUT', `/tickets/${tickets.Lamp.id}/tags`, { body: {} })));
  assert.ok(tickets.Lamp.modified >= tickets.Desk.modified);
});

test('bad filter values are refused, each with its reason', async () => {
  for (const [query, field] of [['order=INVALID', 'order'], ['date_from=INVALID', 'date_from'], ['date_to=2020-02-30', 'date_to'],
    ['status=lost', 'status'], ['assigned=2', 'assigned'], ['tagged=x', 'tagged'], ['group=x', 'group']]) {
    const answer = await livechat(parley, 'GET', `/tickets?${query}`);
    assertRefusal(answer, 400);
    assert.ok(answer.json.errors[0].startsWith(field), answer.text);
  }
  const both = await livechat(parley, 'GET', '/tickets?order=x&status=y');
  assert.equal(both.json.errors.length, 2, both.text);
});

test('tags are replaced in every encoding clients use', async () => {
  const path = `/tickets/${tickets.Sofa.id}/tags`;
  const json = { 'Content-Type': 'application/json' };
  for (const [name, request, expected] of [
    ['JSON list', { body: { tag: ['a', 'b'] } }, ['a', 'b']],
    ['bracketed JSON member', { body: { 'tag[]': 'c' } }, ['c']],
    ['doubled JSON member', { body: '{"tag[]":"a","tag[]":"b"}', headers: json }, ['a', 'b']],
    ['form', { body: new URLSearchParams('tag[]=x&tag[]=two+words') }, ['x', 'two words']],
    ['encoded form', { body: new URLSearchParams([['tag[0]', 'ü'], ['tag[1]', 'a+b']]) }, ['ü', 'a+b']],
    ['one value', { body: new URLSearchParams('tag=single') }, ['single']],
    ['one twice', { body: { tag: ['twice', ' twice '] } }, ['twice']],
    ['no tag at all', { body: {} }, []],
  ]) {
    const answer = await livechat(parley, 'PUT', path, request);
    assert.equal(answer.status, 200, `${name}: ${answer.text}`);
    livechatSpec.assertAnswer('Tickets5FUEDTagsPut', answer.json);
    assert.deepEqual(pick(answer.json).tags, expected, name);
    assert.deepEqual((await get(tickets.Sofa.id)).tags, expected, name);
  }
  const posted = await ok(livechat(parley, 'POST', path, { body: { tag: ['posted'] } }));
  livechatSpec.assertAnswer('TicketsByIdTagsPost', posted);
  const ticket = pick(posted);
  assert.deepEqual(ticket.tags, ['posted']);
  const last = ticket.events.at(-1);
  assert.deepEqual([last.type, last.from, last.to, last.author.id, last.author.type], ['tags_changed', [], ['posted'], owner.login, 'agent']);
  assert.deepEqual(names(await list('?tag=posted')), ['Sofa']);
  assert.deepEqual(names(await list('?tag=twice')), []);
  for (const method of ['PUT', 'POST']) assertRefusal(await livechat(parley, method, '/tickets/ZZZZZ/tags', { body: { tag: ['a'] } }), 404);
});

test('an agent without a name in the directory acts under the login', async () => {
  const key = run(['keys', 'add', '--login', 'robot@acme.test', '--role', 'normal'], { folder: parley.folder }).stdout.trim();
  const body = { tag: ['robotic'] };
  const answer = await ok(livechat(parley, 'PUT', `/tickets/${tickets.Sofa.id}/tags`, { body, as: { login: 'robot@acme.test', key } }));
  assert.deepEqual(answer.events.at(-1).author, { id: 'robot@acme.test', name: 'robot@acme.test', type: 'agent' });
});

test('tickets need credentials, a form on the web does not', async () => {
  for (const [method, path] of [['GET', '/tickets'], ['POST', '/tickets'], ['GET', `/tickets/${tickets.Lamp.id}`], ['PUT', `/tickets/${tickets.Lamp.id}/tags`]])
    assertRefusal(await livechat(parley, method, path, { as: null, body: method === 'GET' ? undefined : {} }), 401);
});

test('a form on the web makes a ticket of its visitor, from any site', async () => {
  const visitor = new Visitor(parley, 'visitor-vera');
  await visitor.register({ name: 'vera', email: 'vera@buyer.test' });
  const preflight = await fetch(`${parley.server}/v2/tickets/new`, {
    method: 'OPTIONS', headers: { Origin: 'https://shop.test', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' },
  });
  assert.equal(preflight.status, 200);
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  assert.match(preflight.headers.get('access-control-allow-headers'), /content-type/i);
  const body = {
    licence_id: 100001, group: groups.Support, requester: { name: 'Vera', mail: 'vera@buyer.test' }, subject: 'Chair',
    ticket_message: 'Chair creaks', offline_message: 'Chair creaks', visitor_id: 'S1.abc',
  };
  const answer = await livechat(parley, 'POST', '/v2/tickets/new', { as: null, body, headers: { Origin: 'https://shop.test' } });
  assert.equal(answer.headers.get('access-control-allow-origin'), '*');
  const ticket = await ok(answer);
  livechatSpec.assertAnswer('TicketsNewPost', ticket);
  assert.deepEqual([ticket.subject, ticket.groups, ticket.source], ['Chair', [groups.Support], { type: 'chat-window' }]);
  assert.deepEqual(ticket.requester, { mail: 'vera@buyer.test', name: 'Vera' });
  assert.deepEqual(ticket.events[0].author, { id: 'vera@buyer.test', name: 'Vera', type: 'client' });
  assert.deepEqual(await get(ticket.id), ticket);
  const named = async (change, field) => {
    const refused = await livechat(parley, 'POST', '/v2/tickets/new', { as: null, body: { ...body, ...change } });
    assertRefusal(refused, 400);
    assert.ok(refused.json.errors[0].startsWith(field), refused.text);
  };
  await named({ ticket_message: '', offline_message: undefined }, 'ticket_message');
  await named({ requester: undefined }, 'requester');
  await named({ requester: { mail: 'vera' } }, 'requester.mail');
  await named({ group: 4711 }, 'group');
  assert.equal((await livechat(parley, 'GET', '/tickets')).headers.get('access-control-allow-origin'), null);

  // Whoever is forgotten takes their tickets along.
  await administrator.ok('DELETE', 'livechat/visitor/visitor-vera');
  assertRefusal(await livechat(parley, 'GET', `/tickets/${ticket.id}`), 404);
  assert.equal((await list('?query=creaks')).total, 0);
});

async function erase(id, mail) {
  const visitor = new Visitor(parley, `visitor-${mail}`);
  await visitor.register({ name: mail, email: mail });
  await administrator.ok('DELETE', `livechat/visitor/visitor-${mail}`);
  assertRefusal(await livechat(parley, 'GET', `/tickets/${id}`), 404);
}

test('a message left while nobody is there becomes a ticket', async () => {
  for (const [setting, value] of [['SMTP_Host', '127.0.0.1'], ['SMTP_Port', String(smtp.port)],
    ['From_Email', 'support@acme.test'], ['Livechat_offline_email', 'night@acme.test']])
    await administrator.post(`settings/${setting}`, { value });
  const anonymous = new RocketChat(parley, {});
  await anonymous.post('livechat/offline.message', {
    name: 'Otto', email: 'otto@buyer.test', message: 'Oven is cold', department: 'Support', host: 'https://acme.test/oven',
  });
  const { tickets: [ticket], total } = await list('?requester[mail]=otto@buyer.test');
  assert.equal(total, 1);
  assert.equal(ticket.events[0].message, 'Oven is cold');
  assert.deepEqual(ticket.groups, [groups.Support]);
  assert.deepEqual(ticket.source, { type: 'chat-window', url: 'https://acme.test/oven' });
  assert.deepEqual(ticket.requester, { mail: 'otto@buyer.test', name: 'Otto' });
  await erase(ticket.id, 'otto@buyer.test');
});

test('a page holds 25 tickets', async () => {
  for (let number = 0; number < 26; ++number)
    await create({ message: `Duck number ${number}`, requester: { mail: 'duck@buyer.test' } });
  const query = '?requester[mail]=duck@buyer.test';
  const first = await list(query);
  const second = await list(`${query}&page=2`);
  assert.deepEqual([first.tickets.length, first.total, first.pages], [25, 26, 2]);
  assert.deepEqual([second.tickets.length, second.total, second.pages], [1, 26, 2]);
  assert.equal(new Set([...first.tickets, ...second.tickets].map(({ id }) => id)).size, 26);
  const past = await list(`${query}&page=9`);
  assert.deepEqual([past.tickets, past.total, past.pages], [[], 26, 2]);
  for (const page of ['0', 'x', '']) assert.deepEqual(await list(`${query}&page=${page}`), first);
});

test('tickets and their codes outlive a restart', async () => {
  const { Lamp } = tickets;
  await parley.stop();
  parley = await Parley.start({ folder: parley.folder });
  assert.deepEqual(await get(Lamp.id), Lamp);
});
