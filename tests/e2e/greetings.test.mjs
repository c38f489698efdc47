// Greetings: rules of every type, and those that are Rocket.Chat's triggers too.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok, publishedClient } from './support/livechat.mjs';
import { inFrontOfAWorkspace, Parley } from './support/parley.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';

let parley, client, administrator, group;
before(async () => {
  parley = await Parley.start();
  client = publishedClient(parley);
  administrator = await RocketChat.login(parley);
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'liv@acme.test', name: 'Liv' } }));
  group = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Sales', agents: ['liv@acme.test'] } }));
});
after(() => parley.stop());

const create = (body, query = '') => ok(livechat(parley, 'POST', `/greetings${query}`, { body }));
const change = (id, body) => ok(livechat(parley, 'PUT', `/greetings/${id}`, { body }));
const simple = { name: 'g', rules: [{ type: 'visits_number', value: '3' }] };
const withoutIds = (rules) => rules.map(({ id, ...rule }) => rule);
const triggers = async () => (await administrator.get('livechat/triggers')).triggers;
const triggerOf = async (name) => (await triggers()).find((trigger) => trigger.name === name);

test('a new one is active, has a message and numbered rules', async () => {
  const made = await client.greetings.create({ name: 'slow cart', rules: [{ type: 'visit_time_page', operator: 'greater_than', value: 40 }] });
  livechatSpec.assertAnswer('GreetingsPost', made);
  const [rule] = made.rules;
  assert.ok(Number.isInteger(made.id) && Number.isInteger(rule.id));
  assert.deepEqual(made, {
    id: made.id, active: true, name: 'slow cart', group: 0,
    rules: [{ id: rule.id, value: '40', type: 'visit_time_page', operator: 'greater_than', condition: 'and' }],
    properties: { active: '1', 'greeting-message_text': 'Hello, would you like to talk about our products?' },
  });
  assert.deepEqual(await client.greetings.get(made.id), made);
  assert.deepEqual((await client.greetings.list({})).find(({ id }) => id === made.id), made);
});

for (const type of ['visit_time_site', 'visit_time_page', 'url_current', 'url_visited', 'pages_view_number', 'url_referrer', 'geolocation', 'visits_number', 'search_keyword'])
  test(`a rule of type ${type} needs a value and keeps it as text`, async () => {
    const { rules } = await create({ name: type, rules: [{ type, value: 7 }] });
    assert.deepEqual(withoutIds(rules), [{ type, operator: 'equals', value: '7', condition: 'and' }]);
    const refused = await livechat(parley, 'POST', '/greetings', { body: { name: type, rules: [{ type }] } });
    assertRefusal(refused, 400);
    assert.deepEqual(refused.json.errors, [`rules[0].value is required for rules of type ${type}`]);
  });

test('every operator is kept', async () => {
  const operators = ['equals', 'doesnt_equal', 'lower_than', 'lower_or_equal', 'greater_than', 'greater_or_equal', 'contains', 'doesnt_contain'];
  const { rules } = await create({ name: 'all', rules: operators.map((operator) => ({ type: 'url_visited', operator, value: '/a' })) });
  assert.deepEqual(rules.map(({ operator }) => operator).sort(), operators.sort());
});

test('a variable has a name and a value, both texts; custom is another word for it', async () => {
  for (const type of ['custom_variable', 'custom']) {
    const { rules } = await create({ name: 'v', rules: [{ type, variable_name: 'paid', variable_value: true }] });
    assert.deepEqual(withoutIds(rules), [{ type: 'custom_variable', operator: 'equals', variable_name: 'paid', variable_value: 'true', condition: 'and' }]);
  }
  const refused = await livechat(parley, 'POST', '/greetings', { body: { name: 'v', rules: [{ type: 'custom_variable' }] } });
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.errors, ['variable_name', 'variable_value'].map((name) => `rules[0].${name} is required for rules of type custom_variable`));
});

test('a funnel is a list of pages', async () => {
  const form = new URLSearchParams([['name', 'funnel'], ['rules[0][type]', 'url_funnel'], ['rules[0][urls][0][url]', '/a'], ['rules[0][urls][0][operator]', 'contains'], ['rules[0][urls][1][url]', '/b']]);
  const { rules } = await create(form);
  assert.deepEqual(withoutIds(rules), [{ type: 'url_funnel', urls: [{ url: '/a', operator: 'contains' }, { url: '/b', operator: 'equals' }], condition: 'and' }]);
  const refused = await livechat(parley, 'POST', '/greetings', { body: { name: 'f', rules: [{ type: 'url_funnel' }] } });
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.errors, ['rules[0].urls is required for rules of type url_funnel']);
});

test('traffic from ads may name the network and a value', async () => {
  for (const variable_name of ['facebook', 'google', 'microsoft', 'twitter', 'yahoo'])
    assert.equal((await create({ name: 'ad', rules: [{ type: 'ads_traffic', variable_name }] })).rules[0].variable_name, variable_name);
  const { rules } = await create({ name: 'any ad', rules: [{ type: 'ads_traffic' }] });
  assert.deepEqual(withoutIds(rules), [{ type: 'ads_traffic', operator: 'equals', condition: 'and' }]);
  for (const wrong of [{ variable_name: 'paper' }, { variable_value: 'x'.repeat(256) }])
    assertRefusal(await livechat(parley, 'POST', '/greetings', { body: { name: 'ad', rules: [{ type: 'ads_traffic', ...wrong }] } }), 400);
});

test('missing members, unknown types and unknown operators are named', async () => {
  const refusals = [
    [{}, /^name is required$/],
    [{ name: 'g', rules: [] }, /^rules /],
    [{ name: 'g', rules: [{ type: 'mood', value: 'x' }] }, /^rules\[0\]\.type /],
    [{ name: 'g', rules: [{ type: 'url_current', value: 'x', operator: 'like' }] }, /^rules\[0\]\.operator /],
    [{ ...simple, subtype: 'poster' }, /^subtype /],
    [{ ...simple, group: 98765 }, /^group/],
  ];
  for (const [body, named] of refusals) {
    const refused = await livechat(parley, 'POST', '/greetings', { body });
    assertRefusal(refused, 400);
    assert.match(refused.json.errors[0], named);
  }
});

test('the group stands in the query or in the body, and lists are of one or all', async () => {
  const [inQuery, inBody, everybodys] = [await create(simple, `?group=${group.id}`), await create({ ...simple, group: group.id }), await create(simple)];
  assert.deepEqual([inQuery.group, inBody.group, everybodys.group], [group.id, group.id, 0]);
  assert.equal((await create({ ...simple, group: 0 }, `?group=${group.id}`)).group, 0, 'the body wins');
  for (const name of ['group', 'groups'])
    assert.deepEqual((await ok(livechat(parley, 'GET', `/greetings?${name}=${group.id}`))).map(({ id }) => id), [inQuery.id, inBody.id]);
  const all = (await client.greetings.list({})).map(({ id }) => id);
  for (const { id } of [inQuery, inBody, everybodys]) assert.ok(all.includes(id));
  assert.ok(!(await ok(livechat(parley, 'GET', '/greetings?group=0'))).some(({ id }) => id === inBody.id));
});

test('an update keeps what is not sent; both copies of active agree', async () => {
  const made = await create({ ...simple, name: 'kept', 'properties[greeting-message_text]': 'Hi', active: 0 });
  assert.deepEqual([made.active, made.properties], [false, { active: '0', 'greeting-message_text': 'Hi' }]);
  const on = await client.greetings.update(made.id, { active: 1 });
  livechatSpec.assertAnswer('Greetings2491Put', on);
  assert.deepEqual(on, { ...made, active: true, properties: { active: '1', 'greeting-message_text': 'Hi' } });
  const said = await change(made.id, new URLSearchParams({ 'properties[greeting-message_text]': 'Ho' }));
  assert.deepEqual(said.properties, { active: '1', 'greeting-message_text': 'Ho' });
  const ruled = await change(made.id, { rules: [{ type: 'url_visited', value: '/x' }] });
  assert.deepEqual(withoutIds(ruled.rules), [{ type: 'url_visited', operator: 'equals', value: '/x', condition: 'and' }]);
  assert.ok(ruled.rules[0].id > made.rules[0].id);
  assert.deepEqual([ruled.name, ruled.group], ['kept', 0]);
  const posted = await ok(livechat(parley, 'POST', `/greetings/${made.id}`, { body: { name: 'posted' } }));
  livechatSpec.assertAnswer('GreetingsABC123Post', posted);
  assert.deepEqual(posted, { ...ruled, name: 'posted' });
});

test('there are at most ten announcements', async () => {
  const announce = () => livechat(parley, 'POST', '/greetings', { body: { ...simple, subtype: 'announcement' } });
  const made = [];
  for (let i = 0; i < 10; ++i) made.push(await ok(announce()));
  assert.equal(made[0].subtype, 'announcement');
  const refused = await announce();
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.errors, ['subtype can be announcement for at most 10 greetings']);
});

test('a removed one is gone', async () => {
  const made = await create(simple);
  assert.deepEqual(await client.greetings.delete(made.id), { ok: true });
  for (const method of ['GET', 'PUT', 'DELETE'])
    assertRefusal(await livechat(parley, method, `/greetings/${made.id}`, { body: method === 'PUT' ? { name: 'x' } : undefined }), 404);
});

// In front of a workspace greetings are no triggers: difference 38.
const withTriggers = { skip: inFrontOfAWorkspace };

test('one about the page or the time on the site is a trigger, and what the widget shows', withTriggers, async () => {
  const made = await create({ name: 'page', rules: [{ type: 'url_current', operator: 'contains', value: '/cart?x=1' }], 'properties[greeting-message_text]': 'Need a hand?' });
  const trigger = await triggerOf('page');
  assert.deepEqual([trigger.enabled, trigger.conditions], [true, [{ name: 'page-url', value: '/cart\\?x=1' }]]);
  assert.equal(trigger.actions[0].params.msg, 'Need a hand?');
  const { config } = await new RocketChat(parley, {}).get('livechat/config');
  assert.ok(config.triggers.some(({ _id }) => _id === trigger._id));
  await change(made.id, { active: 0 });
  assert.equal((await triggerOf('page')).enabled, false);
  await change(made.id, { rules: [{ type: 'visit_time_site', operator: 'greater_than', value: 40 }] });
  assert.deepEqual((await triggerOf('page')).conditions, [{ name: 'time-on-site', value: '40' }]);
  await change(made.id, { rules: [{ type: 'geolocation', value: 'Norway' }] });
  assert.equal(await triggerOf('page'), undefined);
});

test('the greeting follows its trigger', withTriggers, async () => {
  const made = await create({ name: 'followed', rules: [{ type: 'visit_time_site', operator: 'greater_than', value: 5 }] });
  const trigger = await triggerOf('followed');
  const { _updatedAt, ...kept } = trigger;
  await administrator.post('livechat/triggers', { ...kept, name: 'renamed', enabled: false });
  const renamed = await client.greetings.get(made.id);
  assert.deepEqual(renamed, { ...made, name: 'renamed', active: false, properties: { ...made.properties, active: '0' } });
  await administrator.ok('DELETE', `livechat/triggers/${trigger._id}`);
  assertRefusal(await livechat(parley, 'GET', `/greetings/${made.id}`), 404);
});

test('a trigger that says something on a page is a greeting', withTriggers, async () => {
  const trigger = (name, value) => ({ name, description: '', enabled: true, runOnce: false, conditions: [{ name: 'page-url', value }], actions: [{ name: 'send-message', params: { sender: 'queue', msg: 'Hello there', name: '' } }] });
  await administrator.post('livechat/triggers', trigger('native', '^https://acme\\.test/$'));
  await administrator.post('livechat/triggers', trigger('pattern', '/(a|b)'));
  const greetings = await client.greetings.list({});
  const made = greetings.find(({ name }) => name === 'native');
  assert.deepEqual([withoutIds(made.rules), made.properties], [[{ type: 'url_current', operator: 'equals', value: 'https://acme.test/', condition: 'and' }], { active: '1', 'greeting-message_text': 'Hello there' }]);
  assert.ok(!greetings.some(({ name }) => name === 'pattern'));
  assert.deepEqual(await client.greetings.delete(made.id), { ok: true });
  assert.equal(await triggerOf('native'), undefined);
  assert.ok(await triggerOf('pattern'));
});

test('a greeting is followed from the page to the chat and its goals', withTriggers, async () => {
  await makeAvailable(administrator, 'liv@acme.test');
  const greeting = await create({ name: 'followed up', rules: [{ type: 'url_current', operator: 'contains', value: '/boats' }] });
  const goal = await ok(livechat(parley, 'POST', '/goals', { body: { name: 'order placed', type: 'url', url: '/thanks' } }));
  const look = (visitor, href) => visitor.api.post('livechat/page.visited', { token: visitor.token, pageInfo: { change: 'url', title: 'A page', location: { href } } });
  const [olga, passerby, direct] = ['olga', 'passerby', 'direct'].map((name) => new Visitor(parley, name));
  for (const visitor of [olga, passerby]) {
    await look(visitor, 'https://acme.test/boats');
    await look(visitor, 'https://acme.test/boats/2');
  }
  for (const visitor of [olga, direct]) {
    await visitor.register({ name: visitor.token });
    await visitor.open();
  }
  await look(olga, 'https://acme.test/thanks');
  await look(direct, 'https://acme.test/thanks');

  const { chats } = await ok(livechat(parley, 'GET', '/chats?include_pending=1'));
  assert.deepEqual(['olga', 'direct'].map((name) => chats.find(({ visitor_name }) => visitor_name === name).engagement), ['auto_invite', 'immediate_start']);
  const today = new Date().toISOString().slice(0, 10);
  const report = async (id, path, more = '') => {
    const answer = await ok(livechat(parley, 'GET', `${path}?date_from=${today}&date_to=${today}&group_by=day&timezone=UTC${more}`));
    livechatSpec.assertAnswer(id, answer);
    return answer[today];
  };
  const followed = { displayed: 2, accepted: 1, goals: 1 };
  assert.deepEqual(await report('ReportsChatsGreetingsGet', '/reports/chats/greetings', `&greeting=${greeting.id}&goal=${goal.id}`), followed);
  assert.deepEqual(await report('ReportsGreetingsGet', '/reports/greetings', `&greeting=${greeting.id}`), followed);
  assert.deepEqual(await report('ReportsChatsGreetingsGet', '/reports/chats/greetings', '&greeting=98765'), { displayed: 0, accepted: 0, goals: 0 });
  assert.deepEqual(await report('ReportsChatsGreetingsGet', '/reports/chats/greetings', `&group=${group.id}`), { displayed: 1, accepted: 1, goals: 1 });
  assert.deepEqual(await report('ReportsChatsGreetingsGet', '/reports/chats/greetings', '&group=0'), { displayed: 1, accepted: 0, goals: 0 });
  assert.deepEqual(await report('ReportsChatsEngagementGet', '/reports/chats/engagement'), { chats_from_auto_invite: 1, chats_from_immediate_start: 1, chats_from_manual_invite: 0 });
  const months = await ok(livechat(parley, 'GET', `/reports/chats/greetings?group_by=month&timezone=UTC&greeting=${greeting.id}`));
  assert.deepEqual(months, { [today.slice(0, 7)]: { ...followed, begin: today, end: today } });
});
