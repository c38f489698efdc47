// Reports of the LiveChat face over chats held through Rocket.Chat; the figures themselves are proven on a made-up month
// in tests/unit/resources/reports_test.cc.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok, publishedClient } from './support/livechat.mjs';
import { Parley, run } from './support/parley.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';

const password = 'agents-password-1';
let parley, client, administrator, group;
const today = new Date().toISOString().slice(0, 10);
const month = today.slice(0, 7);

async function hold(name, { department, answered = true, rating, tags = [] }) {
  const visitor = new Visitor(parley, `visitor-${name}`);
  await visitor.register({ name, email: `${name}@buyer.test`, department });
  const room = await visitor.open();
  await visitor.say('Hello?');
  const agent = await RocketChat.login(parley, room.servedBy.username, password);
  if (answered) await agent.post('chat.sendMessage', { message: { rid: room._id, msg: 'Hello!' } });
  if (rating) await visitor.api.post('livechat/room.survey', { rid: room._id, token: visitor.token, data: [{ name: 'satisfaction', value: rating }] });
  await agent.post('livechat/room.closeByUser', { rid: room._id, comment: 'done', tags });
}

async function report(id, path) {
  const answer = await ok(livechat(parley, 'GET', path));
  livechatSpec.assertAnswer(id, answer);
  return answer;
}
const ofToday = (path, more = '') => `${path}?date_from=${today}&date_to=${today}&group_by=day${more}`;

before(async () => {
  parley = await Parley.start({ settings: { account__timezone: 'UTC' } });
  client = publishedClient(parley);
  administrator = await RocketChat.login(parley);
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'sam@acme.test', name: 'Sam Rios', password } }));
  await makeAvailable(administrator, 'sam@acme.test');
  group = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Sales', agents: ['sam@acme.test'] } }));
  const { departments } = await administrator.get('livechat/department');
  const department = departments[0]._id;
  await hold('anna', { department, rating: '5', tags: ['boats'] });
  await hold('bert', { department, rating: '1' });
  await hold('cleo', { department, answered: false });
});
after(() => parley.stop());

test('chats are counted by day, hour and month', async () => {
  assert.deepEqual(await report('ReportsChatsTotalChatsGet', ofToday('/reports/chats/total_chats')), { [today]: { chats: 3 } });
  const hours = await report('ReportsChatsTotalChatsGet', `/reports/chats/total_chats?date_from=${today}&date_to=${today}`);
  assert.equal(Object.keys(hours).length, 24);
  assert.equal(Object.values(hours).reduce((sum, { chats }) => sum + chats, 0), 3);
  const months = await report('ReportsChatsTotalChatsGet', '/reports/chats/total_chats?group_by=month');
  assert.deepEqual(months, { [month]: { chats: 3, begin: today, end: today } });
});

test('by group, agent and tag; nobody\'s group has none', async () => {
  const count = async (more) => (await report('ReportsChatsTotalChatsGet', ofToday('/reports/chats/total_chats', more)))[today].chats;
  assert.equal(await count(`&group=${group.id}`), 3);
  assert.equal(await count('&group=0'), 0);
  assert.equal(await count('&group=4711'), 0);
  assert.equal(await count('&agent=SAM@acme.test'), 3);
  assert.equal(await count('&agent=nobody@acme.test'), 0);
  assert.equal(await count('&tag[]=boats'), 1);
});

test('how chats began, who was not answered, how they were rated', async () => {
  assert.deepEqual((await report('ReportsChatsEngagementGet', ofToday('/reports/chats/engagement')))[today],
    { chats_from_auto_invite: 0, chats_from_immediate_start: 3, chats_from_manual_invite: 0 });
  assert.deepEqual((await report('ReportsChatsNotRepliedChatsGet', ofToday('/reports/chats/not_replied_chats')))[today], { not_replied: 1 });
  assert.deepEqual((await report('ReportsChatsRatingsGet', ofToday('/reports/chats/ratings')))[today], { bad: 1, good: 1, chats: 3 });
  const { ranking } = await report('ReportsChatsRatingsRankingGet', '/reports/chats/ratings/ranking');
  assert.deepEqual(ranking.map(({ name, good, bad, total }) => ({ name, good, bad, total })), [{ name: 'sam@acme.test', good: 1, bad: 1, total: 2 }]);
});

test('how long answers and chats took', async () => {
  const first = await report('ReportsChatsFirstResponseTimeGet', ofToday('/reports/chats/first_response_time'));
  assert.equal(first[today].first_response_time.count, 2);
  assert.equal(typeof first[today].first_response_time.seconds, 'number');
  const all = await report('ReportsChatsResponseTimeGet', ofToday('/reports/chats/response_time'));
  assert.equal(all[today].avg_response_time.count, 2);
  const chatting = await report('ReportsChatsChattingTimeGet', `/reports/chats/chatting_time?date_from=${today}&date_to=${today}`);
  assert.equal(Object.keys(chatting).length, 24);
  assert.ok(Object.values(chatting).every(({ minutes }) => typeof minutes === 'number'));
  const occupancy = await report('ReportsChatsAgentsOccupancyGet', `/reports/chats/agents_occupancy?weekday=${['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][new Date().getUTCDay()]}`);
  assert.equal(Object.keys(occupancy).length, 96);
  assert.ok(Math.max(...Object.values(occupancy)) >= 1);
});

test('who waited in the queue', async () => {
  assert.deepEqual((await report('ReportsChatsQueuedVisitorsGet', ofToday('/reports/chats/queued_visitors')))[today],
    { queued: { count: 0 }, left_queue: { count: 0 }, entered_chat: { count: 0 } });
  const { [today]: times } = await report('ReportsChatsQueuedVisitorsWaitingTimesGet', ofToday('/reports/chats/queued_visitors/waiting_times'));
  assert.deepEqual(times.queued, { count: 0, min: { seconds: null }, max: { seconds: null }, average: { seconds: null } });
});

test('when agents were available', async () => {
  const days = await report('ReportsAvailabilityGet', ofToday('/reports/availability'));
  assert.equal(typeof days[today].hours, 'number');
  const ofGroup = await report('ReportsAvailabilityGet', `/reports/availability?date_from=${today}&date_to=${today}&group=${group.id}`);
  assert.ok(Object.values(ofGroup).some(({ minutes }) => minutes >= 0));
});

test('tickets are counted by when they were opened', async () => {
  await ok(livechat(parley, 'POST', '/tickets', { body: { message: 'Broken', requester: { mail: 'ida@buyer.test' } } }));
  assert.deepEqual((await report('ReportsTicketsNewTicketsGet', ofToday('/reports/tickets/new_tickets')))[today], { new_tickets: 1 });
  assert.deepEqual((await report('ReportsTicketsTicketSourcesGet', ofToday('/reports/tickets/ticket_sources')))[today],
    { tickets_from_chat_window: 0, tickets_from_mail: 0, tickets_from_chat: 1 });
  assert.deepEqual((await report('ReportsTicketsFirstResponseTimeGet', ofToday('/reports/tickets/first_response_time')))[today], { count: 0, hours: null });
  assert.deepEqual((await report('ReportsTicketsSolvedTicketsGet', ofToday('/reports/tickets/solved_tickets')))[today], { solved_tickets: 0 });
  assert.deepEqual((await report('ReportsTicketsResolutionTimeGet', ofToday('/reports/tickets/resolution_time')))[today], { count: 0, hours: null });
  assert.deepEqual((await report('ReportsTicketsRatingsGet', ofToday('/reports/tickets/ratings')))[today], { bad: 0, good: 0 });
  assert.deepEqual(await report('ReportsTicketsRatingsRankingGet', '/reports/tickets/ratings/ranking'), { ranking: [] });
});

test('goals are counted when they are reached, and what was sold by currency', async () => {
  const make = (body) => ok(livechat(parley, 'POST', '/goals', { body }));
  const order = await make({ name: 'order placed', type: 'api' });
  const tracker = await make({ name: 'sale', type: 'sales_tracker' });
  const { chats } = await ok(livechat(parley, 'GET', '/chats?query=Hello'));
  const anna = chats.find(({ visitor_name }) => visitor_name === 'anna').visitor_id;
  const mark = (goal, visitor_id, members) => ok(livechat(parley, 'POST', `/goals/${goal.id}/mark_as_successful`, { body: { visitor_id, ...members } }));
  await mark(order, anna, {});
  await mark(order, anna, { order_price: '49.50', order_currency: 'EUR' });
  await mark(tracker, anna, { order_price: '0.10', order_currency: 'USD' });
  await mark(tracker, anna, { order_price: '0.20', order_currency: 'USD' });
  const goals = async (more = '') => (await report('ReportsChatsGoalsGet', ofToday('/reports/chats/goals', more)))[today];
  assert.deepEqual(await goals(), { goals: 2, value: { EUR: { sales_count: 1, value: 49.5 } } });
  assert.deepEqual(await goals('&sales_tracker=1'), { goals: 2, value: { USD: { sales_count: 2, value: 0.3 } } });
  assert.deepEqual(await goals(`&group=${group.id}&agent=sam@acme.test&tag=boats`), { goals: 2, value: { EUR: { sales_count: 1, value: 49.5 } } });
  assert.deepEqual(await goals('&currency=eur'), { goals: 1, value: { EUR: { sales_count: 1, value: 49.5 } } });
  assert.deepEqual(await goals(`&goal=${tracker.id}`), { goals: 0, value: {} });
  assert.deepEqual(await goals('&goal=4711'), { goals: 0, value: {} });
  const months = await report('ReportsGoalsGet', '/reports/goals?group_by=month');
  assert.deepEqual(months, { [month]: { goals: 2, value: { EUR: { sales_count: 1, value: 49.5 } }, begin: today, end: today } });
  const refused = await livechat(parley, 'GET', '/reports/goals?sales_tracker=2');
  assertRefusal(refused, 400);
  assert.match(refused.json.errors[0], /^sales_tracker /);
});

test('paths of earlier versions answer likewise', async () => {
  assert.deepEqual((await report('ReportsChatsGet', ofToday('/reports/chats')))[today], { chats: 3, missed_chats: 1 });
  assert.deepEqual((await report('ReportsRatingsGet', ofToday('/reports/ratings')))[today], { bad: 1, good: 1, chats: 3 });
  assert.equal((await report('ReportsRatingsRankingGet', '/reports/ratings/ranking')).ranking.length, 1);
  await report('ReportsQueuedVisitorsGet', '/reports/queued_visitors');
  await report('ReportsQueuedVisitorsWaitingTimesGet', '/reports/queued_visitors/waiting_times');
  await report('ReportsChattingTimeGet', '/reports/chatting_time');
  assert.equal((await report('ReportsChatsSourceGet', ofToday('/reports/chats/source')))[today].chats_from_immediate_start, 3);
  assert.equal((await report('ReportsChatsDurationGet', ofToday('/reports/chats/duration')))[today].count, 3);
  assert.equal((await report('ReportsDashboardGet', '/reports/dashboard')).chats, 3);
  assert.equal((await report('ReportsDashboardAgentByLoginGet', '/reports/dashboard/agent/sam@acme.test')).ratings.good, 1);
  assert.equal((await report('ReportsDashboardGroupByGroupIdGet', `/reports/dashboard/group/${group.id}`)).missed_chats, 1);
});

test('the published client reads them', async () => {
  const days = { date_from: today, date_to: today, group_by: 'day' };
  assert.equal((await client.reports.getChatsReport(days))[today].chats, 3);
  assert.equal((await client.reports.getRatingsReport(days))[today].good, 1);
  assert.equal((await client.reports.getRatingsRanking({})).ranking[0].name, 'sam@acme.test');
  assert.equal((await client.reports.getDashboardData()).chats, 3);
});

test('what is no date, grouping, zone or weekday is refused by name', async () => {
  for (const [query, name] of [['total_chats?date_from=2021-02-30', 'date_from'], ['total_chats?date_to=soon', 'date_to'], ['total_chats?group_by=week', 'group_by'],
    ['total_chats?timezone=Mars/Base', 'timezone'], ['agents_occupancy', 'weekday'], ['agents_occupancy?weekday=monday', 'weekday'],
    ['total_chats?date_from=1800-01-01&date_to=2021-02-01', 'date_from']]) {
    const refused = await livechat(parley, 'GET', `/reports/chats/${query}`);
    assertRefusal(refused, 400);
    assert.match(refused.json.errors[0], new RegExp(name));
  }
});

test('between days in the wrong order lies nothing', async () => {
  for (const path of ['chats/total_chats', 'chats/queued_visitors/waiting_times', 'chats/chatting_time', 'availability', 'tickets/new_tickets'])
    for (const group_by of ['', 'hour', 'month'])
      assert.equal((await livechat(parley, 'GET', `/reports/${path}?date_from=2021-02-02&date_to=2021-02-01&group_by=${group_by}`)).text, '{}', path);
  for (const path of ['chats/ratings/ranking', 'tickets/ratings/ranking'])
    assert.equal((await livechat(parley, 'GET', `/reports/${path}?date_from=2021-02-02&date_to=2021-02-01`)).text, '{"ranking":[]}');
});

test('until a day before there was anything, that day is empty', async () => {
  assert.deepEqual(await ok(livechat(parley, 'GET', '/reports/chats/total_chats?date_to=2019-05-01')), { '2019-05-01': { chats: 0 } });
});

const served = JSON.parse(run(['routes', '--face', 'livechat', '--json']).stdout).operations
  .filter(({ id, method, served: how }) => method === 'GET' && how !== 'planned' && livechatSpec.operations.get(id).tags[0] === 'reports');

for (const { id, path } of served.filter((row) => !row.path.includes('{')))
  test(`${id} takes every parameter it lists, however it is written`, async () => {
    const names = livechatSpec.parametersOf(id).map(({ name }) => name);
    const has = (name) => names.includes(name);
    const days = has('date_from') ? `date_from=${today}&date_to=${today}&group_by=day&` : 'weekday=mon&';
    const values = { timezone: ['Asia/Tokyo'], group: [group.id, 0], agent: ['sam@acme.test'], groups: [group.id], agents: ['sam@acme.test'], tag: ['boats'] };
    const plain = await report(id, `${path}?${days}`);
    for (const [name, all] of Object.entries(values).filter(([one]) => has(one)))
      for (const value of all) await report(id, `${path}?${days}${name}=${encodeURIComponent(value)}`);
    for (const written of has('tag') ? ['tag=boats', 'tag[]=boats', 'tag[0]=boats', 'tag%5B%5D=boats'] : [])
      assert.deepEqual(await report(id, `${path}?${days}${written}`), await report(id, `${path}?${days}tag=boats`));
    for (const written of has('groups') ? [`group=${group.id}`, `groups[]=${group.id}`, `groups=${group.id}`, 'agent=sam@acme.test', 'agents[]=sam@acme.test', 'agents[0]=nobody@acme.test&agents[1]=sam@acme.test'] : [])
      assert.deepEqual(await report(id, `${path}?${days}${written}`), plain, written);
    if (!has('group_by')) return;
    for (const [group_by, key] of [['hour', /^\d\d:00$/], ['day', /^\d{4}-\d\d-\d\d$/], ['month', /^\d{4}-\d\d$/]]) {
      const rows = Object.entries(await report(id, `${path}?date_from=${today}&date_to=${today}&group_by=${group_by}`));
      assert.equal(rows.length, group_by === 'hour' ? 24 : 1);
      assert.deepEqual(rows.map(([name]) => name), rows.map(([name]) => name).sort());
      for (const [name, row] of rows) {
        assert.match(name, key);
        assert.deepEqual([row.begin, row.end], group_by === 'month' ? [today, today] : [undefined, undefined]);
      }
    }
  });
