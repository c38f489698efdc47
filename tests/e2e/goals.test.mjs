// Goals: their four types, and how visitors reach them: by a page, by what is known of them, by a client's word.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok, publishedClient } from './support/livechat.mjs';
import { Parley } from './support/parley.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';

let parley, client, administrator;
before(async () => {
  parley = await Parley.start();
  client = publishedClient(parley);
  administrator = await RocketChat.login(parley);
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'liv@acme.test', name: 'Liv' } }));
  await makeAvailable(administrator, 'liv@acme.test');
  await administrator.post('livechat/custom-fields.save', { customFieldId: null, customFieldData: { field: 'plan', label: 'Plan', scope: 'visitor', visibility: 'visible', regexp: '' } });
});
after(() => parley.stop());

const create = (body) => ok(livechat(parley, 'POST', '/goals', { body }));
const found = (query) => ok(livechat(parley, 'GET', `/chats?include_pending=1&${query}`)).then(({ chats }) => chats);
const goalsOf = async (name) => (await found('')).find(({ visitor_name }) => visitor_name === name)?.goals;

async function visitorCalled(name, { chat = true } = {}) {
  const visitor = new Visitor(parley, name);
  await visitor.register({ name });
  if (chat) await visitor.open();
  return visitor;
}
const look = (visitor, href, { rid } = {}) =>
  visitor.api.post('livechat/page.visited', { token: visitor.token, ...(rid ? { rid } : {}), pageInfo: { change: 'url', title: 'A page', location: { href } } });

const types = [
  { type: 'custom_variable', custom_variable_name: 'plan', custom_variable_value: 'gold' },
  { type: 'url', url: 'https://acme.test/thanks', match_type: 'exact' },
  { type: 'api' },
  { type: 'sales_tracker', sales_tracker_id: 's1', value_type: 'dynamic', value: '5', currency: 'USD', time_range: '30', order_field_name: 'order', value_field_name: 'price' },
];
for (const members of types)
  test(`a goal of type ${members.type} is made, read, listed in short and removed`, async () => {
    const made = await client.goals.create({ name: `A ${members.type}`, ...members });
    livechatSpec.assertAnswer('GoalsPost', made);
    assert.ok(Number.isInteger(made.id));
    assert.deepEqual(made, { id: made.id, name: `A ${members.type}`, active: 1, ...members });
    assert.deepEqual(await client.goals.get(made.id), made);
    const short = { id: made.id, name: made.name, active: 1, type: made.type };
    assert.deepEqual((await client.goals.list({})).find(({ id }) => id === made.id), short);
    assert.deepEqual(await client.goals.list({ type: members.type }), [short]);
    assert.deepEqual(await client.goals.delete(made.id), { result: 'goal removed successfully' });
    for (const method of ['GET', 'DELETE']) assertRefusal(await livechat(parley, method, `/goals/${made.id}`), 404);
    assertRefusal(await livechat(parley, 'PUT', `/goals/${made.id}`, { body: { name: 'x' } }), 404);
    assert.equal((await livechat(parley, 'GET', `/goals?type=${members.type}`)).text, '[]');
  });

test('what a type needs is named when it is missing', async () => {
  const refusals = [
    [{}, ['name is required', 'type is required']],
    [{ name: 'g', type: 'url' }, ['url is required for goals of type url']],
    [{ name: 'g', type: 'custom_variable', custom_variable_name: 'x' }, ['custom_variable_value is required for goals of type custom_variable']],
    [{ name: 'g', type: 'wish' }, ['type must be one of: custom_variable, url, api, sales_tracker']],
    [{ name: 'g', type: 'url', url: '/x', match_type: 'vague' }, ['match_type must be one of: substring, exact']],
  ];
  for (const [body, errors] of refusals) {
    const refused = await livechat(parley, 'POST', '/goals', { body });
    assertRefusal(refused, 400);
    assert.deepEqual(refused.json.errors, errors);
  }
  assertRefusal(await livechat(parley, 'GET', '/goals?type=wish'), 400);
});

test('an update keeps what is not sent; a type brings its members again', async () => {
  const made = await create(new URLSearchParams('name=g&type=url&url=/x'));
  assert.equal(made.match_type, 'substring');
  assert.deepEqual(await client.goals.update(made.id, { active: 0 }), { ...made, active: 0 });
  assert.deepEqual(await client.goals.update(made.id, { name: 'h', url: '/y' }), { ...made, active: 0, name: 'h', url: '/y' });
  const refused = await livechat(parley, 'PUT', `/goals/${made.id}`, { body: { type: 'url' } });
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.errors, ['url is required for goals of type url']);
  assert.deepEqual(await ok(livechat(parley, 'PUT', `/goals/${made.id}`, { body: { type: 'api', active: '1' } })), { id: made.id, name: 'h', active: 1, type: 'api' });
});

test('a page reaches goals by its address, once a chat', async () => {
  const part = await create({ name: 'part', type: 'url', url: '/thanks-1' });
  const whole = await create({ name: 'whole', type: 'url', url: 'https://acme.test/thanks-1', match_type: 'exact' });
  await create({ name: 'off', type: 'url', url: '/thanks-1', active: 0 });
  const visitor = await visitorCalled('pia');
  await look(visitor, 'https://acme.test/cart', { rid: visitor.room._id });
  assert.equal(await goalsOf('pia'), undefined);
  await look(visitor, 'https://acme.test/thanks-1?order=7', { rid: visitor.room._id });
  assert.deepEqual((await goalsOf('pia')).map(({ id }) => id), [part.id]);
  await look(visitor, 'https://acme.test/thanks-1', { rid: visitor.room._id });
  await look(visitor, 'https://acme.test/thanks-1', { rid: visitor.room._id });
  assert.deepEqual((await goalsOf('pia')).map(({ id }) => id).sort(), [part.id, whole.id].sort());
});

test('a page outside of a chat reaches goals in the chat the visitor had last', async () => {
  const goal = await create({ name: 'late', type: 'url', url: '/late' });
  const visitor = await visitorCalled('lars');
  await visitor.close();
  await look(visitor, 'https://acme.test/late');
  const [reached] = await goalsOf('lars');
  assert.equal(reached.id, goal.id);
});

test('what is known of a visitor reaches goals when they see a page', async () => {
  const goal = await create({ name: 'gold', type: 'custom_variable', custom_variable_name: 'plan', custom_variable_value: 'gold' });
  const visitor = await visitorCalled('vera');
  const setPlan = (value) => visitor.api.post('livechat/custom.field', { token: 'vera', key: 'plan', value, overwrite: true });
  await setPlan('silver');
  await look(visitor, 'https://acme.test/any', { rid: visitor.room._id });
  assert.equal(await goalsOf('vera'), undefined);
  await setPlan('gold');
  await look(visitor, 'https://acme.test/any', { rid: visitor.room._id });
  assert.deepEqual((await goalsOf('vera')).map(({ id, name }) => [id, name]), [[goal.id, 'gold']]);
  await ok(livechat(parley, 'DELETE', `/goals/${goal.id}`));
});

test('a client marks a goal as successful, with or without an order', async () => {
  const goal = await create({ name: 'call', type: 'api' });
  await visitorCalled('olga');
  const { visitor_id } = (await found('')).find(({ visitor_name }) => visitor_name === 'olga');
  const done = { result: 'goal marked as successful' };
  const order = { order_id: 'A-1', order_description: 'Two chairs', order_price: '199.00', order_currency: 'USD' };
  assert.deepEqual(await client.goals.mark(goal.id, { visitor_id, ...order }), done);
  assert.deepEqual(await ok(livechat(parley, 'POST', `/goals/${goal.id}/mark_as_successful`, { body: { visitor_id } })), done);
  const [withOrder, without] = await goalsOf('olga');
  livechatSpec.assertAnswer('ChatsABC123Get', (await found(''))[0]);
  assert.ok(Math.abs(withOrder.timestamp - Date.now() / 1000) < 60);
  assert.match(withOrder.date, /^[A-Z][a-z]{2}, \d\d\/\d\d\/\d\d \d\d:\d\d:\d\d [ap]m$/);
  assert.deepEqual(withOrder, { id: goal.id, name: 'call', date: withOrder.date, timestamp: withOrder.timestamp, order: { id: 'A-1', description: 'Two chairs', price: '199.00', currency: 'USD' } });
  assert.deepEqual(without.order, { id: '', description: '', price: '0', currency: '' });
});

test('marking refuses an empty body, strangers, other prices and unknown goals', async () => {
  const goal = await create({ name: 'strict', type: 'api' });
  const mark = (body, id = goal.id) => livechat(parley, 'POST', `/goals/${id}/mark_as_successful`, { body });
  await visitorCalled('rita');
  const { visitor_id } = (await found('')).find(({ visitor_name }) => visitor_name === 'rita');
  const empty = await mark(undefined);
  assertRefusal(empty, 400);
  assert.deepEqual(empty.json.errors, ['visitor_id is required']);
  const stranger = await mark({ visitor_id: 12345 });
  assertRefusal(stranger, 400);
  assert.deepEqual(stranger.json.errors, ['visitor_id must be the id of a visitor']);
  const price = await mark({ visitor_id, order_price: '1,50' });
  assertRefusal(price, 400);
  assert.match(price.json.errors[0], /^order_price /);
  assertRefusal(await mark({ visitor_id }, 987654), 404);
  assert.equal(await goalsOf('rita'), undefined);
});

test('chats are found by the goals they reached and the sales they saw', async () => {
  const goal = await create({ name: 'filter', type: 'api' });
  const tracker = await create({ name: 'shop', type: 'sales_tracker' });
  await visitorCalled('fay');
  const { id, visitor_id } = (await found('')).find(({ visitor_name }) => visitor_name === 'fay');
  const ids = async (query) => (await found(query)).map((chat) => chat.id);
  assert.ok((await ids('has_goal=0')).includes(id));
  await client.goals.mark(goal.id, { visitor_id });
  assert.deepEqual(await ids(`goal=${goal.id}`), [id]);
  assert.ok((await ids('has_goal=1')).includes(id));
  assert.ok(!(await ids('has_goal=0')).includes(id));
  assert.deepEqual(await ids('has_sale=1'), []);
  await client.goals.mark(tracker.id, { visitor_id, order_price: '5.00' });
  assert.deepEqual(await ids(`sale=${tracker.id}`), [id]);
  assert.deepEqual(await ids('has_sale=1'), [id]);
  assert.deepEqual(await ids(`sale=${goal.id}`), []);
  assert.deepEqual((await goalsOf('fay')).map(({ type }) => type), [undefined, 'sales_tracker']);
  assert.deepEqual(await ids('goal=987654'), []);
});

test('a removed goal stays in the chats that reached it', async () => {
  const goal = await create({ name: 'removed later', type: 'api' });
  await visitorCalled('gert');
  const { visitor_id } = (await found('')).find(({ visitor_name }) => visitor_name === 'gert');
  await client.goals.mark(goal.id, { visitor_id });
  await client.goals.delete(goal.id);
  assert.deepEqual((await goalsOf('gert')).map(({ id, name }) => [id, name]), [[goal.id, 'removed later']]);
});
