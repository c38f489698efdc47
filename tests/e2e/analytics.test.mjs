// Dashboards and analytics: chats are driven through the API, then every route tells their numbers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Parley } from './support/parley.mjs';
import { RocketChat, Visitor } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

const clock = /^\d\d:\d\d:\d\d$/;
const day = 24 * 60 * 60 * 1000;
const interval = `start=${new Date(Date.now() - day).toISOString()}&end=${new Date(Date.now() + day).toISOString()}`;
const days = interval.replace('start=', 'from=').replace('end=', 'to=');

let parley, administrator, ann, bob, sales, support;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  ann = await newAgent('ann');
  bob = await newAgent('bob');
  sales = await newDepartment('Sales', ann);
  support = await newDepartment('Support', bob);
  const first = await chat('visitor-1', sales);
  await answer(ann, first.room._id);
  await ann.session.post('livechat/room.closeByUser', { rid: first.room._id, comment: 'done', tags: ['vip'] });
  const second = await chat('visitor-2', sales);
  await answer(ann, second.room._id);
  await second.close();
  const third = await chat('visitor-3', support);
  await administrator.post('livechat/room.forward', { roomId: third.room._id, departmentId: sales._id });
});
after(() => parley.stop());

async function newAgent(username) {
  const { user } = await administrator.post('users.create', {
    username, name: `${username} Smith`, email: `${username}@acme.test`, password: `${username}-password-1`, verified: true,
  });
  await administrator.post('livechat/users/agent', { username });
  await administrator.post('users.setStatus', { userId: user._id, status: 'online', message: '' });
  await administrator.post('livechat/agent.status', { agentId: user._id, status: 'available' });
  return { ...user, session: await RocketChat.login(parley, username, `${username}-password-1`) };
}

async function newDepartment(name, agent) {
  const { department } = await administrator.post('livechat/department', {
    department: { enabled: true, name, email: 'd@acme.test', showOnRegistration: true, showOnOfflineForm: false },
    agents: [{ agentId: agent._id }],
  });
  return department;
}

async function chat(token, department) {
  const visitor = new Visitor(parley, token);
  await visitor.register({ name: token, department: department._id });
  await visitor.open();
  await visitor.say('Hello?');
  return visitor;
}

const answer = (agent, rid) => agent.session.post('chat.sendMessage', { message: { rid, msg: 'Hello!' } });

// The answer, held against the spec.
async function told(path, query = interval) {
  const body = await administrator.get(`livechat/analytics/${path}?${query}`);
  rocketchatSpec.assertAnswer(`GET livechat/analytics/${path}`, body);
  return body;
}
async function totals(path) {
  const { totalizers } = await told(`dashboards/${path}`);
  return Object.fromEntries(totalizers.map(({ title, value }) => [title, value]));
}

test('conversation totals', async () => {
  assert.deepEqual(await totals('conversation-totalizers'), {
    Total_conversations: 3, Open_conversations: 1, On_Hold_conversations: 0, Total_messages: 5, Total_visitors: 3,
  });
});

test('totals of times are clock texts', async () => {
  const productivity = await totals('productivity-totalizers');
  assert.deepEqual(Object.keys(productivity),
    ['Avg_response_time', 'Avg_first_response_time', 'Avg_reaction_time', 'Avg_of_waiting_time']);
  for (const value of Object.values(productivity)) assert.match(value, clock);
  const agents = await totals('agents-productivity-totalizers');
  assert.match(agents.Busiest_time, /^\d+[AP]M - \d+[AP]M$/);
  assert.match(agents.Avg_of_available_service_time, clock);
  assert.match(agents.Avg_of_service_time, clock);
});

test('nobody was abandoned', async () => {
  const chats = await totals('chats-totalizers');
  assert.equal(chats.Total_abandoned_chats, 0);
  assert.equal(chats.Avg_of_abandoned_chats, '0%');
  assert.match(chats.Avg_of_chat_duration_time, clock);
});

test('charts', async () => {
  assert.deepEqual(await told('dashboards/charts/chats'), { open: 1, closed: 2, queued: 0, onhold: 0, success: true });
  assert.deepEqual(await told('dashboards/charts/chats-per-agent'),
    { ann: { open: 1, closed: 2, onhold: 0 }, success: true });
  assert.deepEqual(await told('dashboards/charts/chats-per-department'), { Sales: { open: 1, closed: 2 }, success: true });
  const { _id, offline, away, busy, available } = await told('dashboards/charts/agents-status', '');
  assert.deepEqual({ _id, away, busy, available }, { _id: null, away: 0, busy: 0, available: 2 });
  assert.equal(offline + available, (await administrator.get('livechat/users/agent')).total);
  const timings = await told('dashboards/charts/timings');
  for (const name of ['response', 'reaction', 'chatDuration']) {
    assert.ok(timings[name].longest >= timings[name].avg, `${name}: ${JSON.stringify(timings)}`);
    assert.ok(timings[name].longest < 60, `${name}: ${JSON.stringify(timings)}`);
  }
});

test('a chart over days adds up', async () => {
  const chart = await told('dashboards/charts-data', `${interval}&chartName=Total_conversations`);
  assert.equal(chart.chartLabel, 'Total_conversations');
  assert.equal(chart.dataLabels.length, 3);
  assert.deepEqual(chart.dataPoints.reduce((sum, point) => sum + point), 3);
  const messages = await told('dashboards/charts-data', `${interval}&chartName=Total_messages`);
  assert.equal(messages.dataPoints.reduce((sum, point) => sum + point), 2, 'those of agents');
});

test('conversations by what they are', async () => {
  const by = async (feature) => {
    const { data, unspecified, total } = await told(`dashboards/conversations-by-${feature}`);
    return { total, unspecified, ...Object.fromEntries(data.map(({ label, value }) => [label, value])) };
  };
  assert.deepEqual(await by('source'), { total: 3, unspecified: undefined, api: 3 });
  assert.deepEqual(await by('status'), { total: 3, unspecified: undefined, Closed: 2, Open: 1, Queued: 0, On_Hold: 0 });
  assert.deepEqual(await by('department'), { total: 3, unspecified: 0, Sales: 3 });
  assert.deepEqual(await by('tags'), { total: 1, unspecified: 2, vip: 1 });
  assert.deepEqual(await by('agent'), { total: 3, unspecified: 0, 'ann Smith': 3 });
});

test('the overview and one figure by agent', async () => {
  const overview = await told('overview', `${days}&name=Conversations`);
  assert.ok(Array.isArray(overview));
  const rows = Object.fromEntries(overview.map(({ title, value }) => [title, value]));
  assert.equal(rows.Total_conversations, 3);
  assert.equal(rows.Conversations_per_day, '1.00');
  const { head, data } = await told('agent-overview', `${days}&name=Total_messages`);
  assert.deepEqual(head, [{ name: 'Agent' }, { name: 'Total_messages' }]);
  assert.deepEqual(data, [{ name: 'ann', value: '2' }]);
});

test('agents', async () => {
  const total = await told('agents/total-service-time');
  assert.equal(total.total, 1);
  assert.equal(total.agents[0].username, 'ann');
  assert.equal(total.agents[0].chats, 2);
  const average = await told('agents/average-service-time');
  assert.ok(average.agents[0].averageServiceTimeInSeconds <= total.agents[0].serviceTimeDuration);
  const history = await told('agents/available-for-service-history', `${interval}&fullReport=true`);
  assert.deepEqual(history.agents.map(({ username }) => username), ['ann', 'bob']);
  for (const { serviceHistory } of history.agents) assert.ok(Date.parse(serviceHistory[0].startedAt) <= Date.now());
});

test('departments', async () => {
  const only = async (path, query = interval) => {
    const { departments, total, count, offset } = await told(`departments/${path}`, query);
    assert.deepEqual([total, count, offset], [departments.length, departments.length, 0]);
    return departments;
  };
  const id = { _id: sales._id };
  assert.deepEqual(await only('amount-of-chats'), [{ ...id, rooms: 3 }]);
  assert.deepEqual(await only('ammount-of-chats', `${interval}&answered=true`), [{ ...id, rooms: 2 }]);
  assert.deepEqual(await only('total-transferred-chats'), [{ ...id, numberOfTransferredRooms: 1 }]);
  assert.deepEqual(await only('total-abandoned-chats'), []);
  assert.deepEqual(await only('percentage-abandoned-chats'), [{ ...id, percentageOfAbandonedChats: 0 }]);
  assert.equal((await only('total-service-time'))[0].chats, 2);
  for (const path of ['average-service-time', 'average-chat-duration-time', 'average-waiting-time']) {
    const [{ _id, ...figure }] = await only(path);
    assert.equal(_id, sales._id);
    assert.ok(Object.values(figure)[0] < 60, path);
  }
  assert.deepEqual(await only('amount-of-chats', `${interval}&departmentId=${support._id}`), []);
});

test('an interval without chats is empty, and a bad one is refused', async () => {
  const past = 'start=2001-01-01&end=2001-12-31';
  assert.deepEqual(await told('dashboards/charts/chats', past), { open: 0, closed: 0, queued: 0, onhold: 0, success: true });
  assert.deepEqual(await told('dashboards/conversations-by-tags', past), { data: [], success: true });
  const refused = await administrator.call('GET', 'livechat/analytics/dashboards/charts/chats?start=soon&end=later');
  assert.equal(refused.status, 400);
  assert.equal(refused.json.error, 'The "start" query parameter must be a valid date.');
  const forbidden = await ann.session.call('GET', `livechat/analytics/dashboards/charts/chats?${interval}`);
  assert.equal(forbidden.status, 403);
});
