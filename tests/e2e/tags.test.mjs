// Tags: LiveChat's own operations, and the same records through Rocket.Chat's premium routes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok } from './support/livechat.mjs';
import { inFrontOfPremium, Parley, run } from './support/parley.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';

let parley, administrator, billing, sales;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'liv@acme.test', name: 'Liv' } }));
  await makeAvailable(administrator, 'liv@acme.test');
  [billing, sales] = await Promise.all(['Billing', 'Sales'].map(groupCalled));
});
after(() => parley.stop());

async function groupCalled(name) {
  const group = await ok(livechat(parley, 'POST', '/groups', { body: { name, agents: ['liv@acme.test'] } }));
  return { ...group, department: (await administrator.get('livechat/department')).departments.find((one) => one.name === name)._id };
}
const add = (tag, group = 0, author = 'nora@acme.test') => ok(livechat(parley, 'POST', '/tags', { body: { tag, author, group } }));
const list = (query = '') => ok(livechat(parley, 'GET', `/tags${query}`));
const named = async (name, query) => (await list(query)).filter((tag) => tag.name === name).map(({ group }) => group);
const remove = (tag, given = {}) => livechat(parley, 'DELETE', `/tags/${tag}`, given);

// A chat of the department, tagged and closed.
async function chatWith(tags, group, token) {
  const visitor = new Visitor(parley, token);
  await visitor.register({ department: group.department });
  await visitor.open();
  await visitor.close();
  const { chats } = await ok(livechat(parley, 'GET', '/chats'));
  await ok(livechat(parley, 'PUT', `/chats/${chats[0].id}/tags`, { body: { tag: tags } }));
}

test('a new tag shows author, group and counts of nothing', async () => {
  const earliest = Math.floor(Date.now() / 1000);
  const made = await add('refund', billing.id);
  livechatSpec.assertAnswer('TagsPost', made);
  assert.ok(made.creation_date >= earliest);
  assert.deepEqual(made, { name: 'refund', author: 'nora@acme.test', creation_date: made.creation_date, count: { inChats: 0, inTickets: 0 }, group: billing.id });
  assert.deepEqual((await list()).find(({ name }) => name === 'refund'), made);
});

test('tags are listed for one group or for all', async () => {
  await add('everybodys'), await add('of billing', billing.id), await add('of sales', sales.id);
  const names = async (query) => (await list(query)).map(({ name }) => name);
  livechatSpec.assertAnswer('TagsGet', await list());
  for (const name of ['everybodys', 'of billing', 'of sales']) assert.ok((await names('')).includes(name));
  assert.deepEqual([(await names('?group=0')).includes('everybodys'), (await names('?group=0')).includes('of sales')], [true, false]);
  assert.deepEqual(await names(`?group=${sales.id}`), ['of sales']);
  assert.equal((await livechat(parley, 'GET', '/tags?group=98765')).text, '[]');
});

test('all three parameters are required', async () => {
  const refused = await livechat(parley, 'POST', '/tags', { body: {} });
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.errors, ['tag is required', 'author is required', 'group is required']);
});

test('a name is new in its group and may be in others', async () => {
  await add('twice', billing.id);
  const refused = await livechat(parley, 'POST', '/tags', { body: { tag: 'twice', author: 'a@acme.test', group: billing.id } });
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.errors, ['tag must be new in its group']);
  await add('twice', sales.id);
  assert.deepEqual((await named('twice')).sort(), [billing.id, sales.id].sort());
});

// A workspace takes several tags of one name.
test('of two who add the same tag at once, one does', { skip: inFrontOfPremium }, async () => {
  const body = { tag: 'race', author: 'a@acme.test', group: 0 };
  const answers = await Promise.all(Array.from({ length: 8 }, () => livechat(parley, 'POST', '/tags', { body })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(400)]);
});

test('only owner and administrators add', async () => {
  const key = run(['keys', 'add', '--login', 'liv@acme.test', '--role', 'normal'], { folder: parley.folder }).stdout.trim();
  const as = { login: 'liv@acme.test', key };
  assertRefusal(await livechat(parley, 'POST', '/tags', { as, body: { tag: 'x', author: 'liv@acme.test', group: 0 } }), 403);
  assert.equal((await livechat(parley, 'GET', '/tags', { as })).status, 200);
});

test('counts are those of the chats that carry the tag', async () => {
  await add('counted', billing.id), await add('counted');
  await chatWith(['counted', 'free words'], billing, 'one');
  await chatWith(['counted'], sales, 'two');
  const counts = Object.fromEntries((await list()).filter(({ name }) => name === 'counted').map(({ group, count }) => [group, count.inChats]));
  assert.deepEqual(counts, { [billing.id]: 1, 0: 2 });
});

test('and those of the tickets', async () => {
  await add('torn', billing.id), await add('torn');
  for (const group of [billing.id, sales.id]) {
    const { id } = await ok(livechat(parley, 'POST', '/tickets', { body: { message: 'Torn', requester: { mail: 'a@buyer.test' }, group } }));
    await ok(livechat(parley, 'PUT', `/tickets/${id}/tags`, { body: { tag: ['torn'] } }));
  }
  const counts = Object.fromEntries((await list()).filter(({ name }) => name === 'torn').map(({ group, count }) => [group, count]));
  assert.deepEqual(counts, { [billing.id]: { inChats: 0, inTickets: 1 }, 0: { inChats: 0, inTickets: 2 } });
});

test('a deleted tag stays on the chats', async () => {
  await add('kept');
  await chatWith(['kept'], sales, 'three');
  assert.deepEqual(await ok(remove('kept', { body: { group: 0 } })), { ok: true });
  assert.equal((await ok(livechat(parley, 'GET', '/chats?tag=kept'))).total, 1);
});

test('the group to delete from stands in the body, JSON or form, or in the query', async () => {
  for (const given of [{ body: { group: sales.id } }, { body: new URLSearchParams({ group: sales.id }) }, { query: `?group=${sales.id}` }]) {
    await add('moved', sales.id), await add('moved');
    assert.deepEqual(await ok(remove(`moved${given.query ?? ''}`, { body: given.body })), { ok: true });
    assert.deepEqual(await named('moved'), [0]);
    await ok(remove('moved', { body: { group: 0 } }));
  }
  assertRefusal(await remove('moved', { body: { group: 0 } }), 404);
});

test('without a group: that of everybody, else the only one, else it must be said', async () => {
  await add('mine'), await add('mine', sales.id), await add('mine', billing.id);
  assert.deepEqual(await ok(remove('mine')), { ok: true });
  assert.deepEqual((await named('mine')).sort(), [billing.id, sales.id].sort());
  const unclear = await remove('mine');
  assertRefusal(unclear, 400);
  assert.match(unclear.json.errors[0], /^group is required/);
  await ok(remove('mine', { body: { group: sales.id } }));
  assert.deepEqual(await ok(remove('mine')), { ok: true });
  assertRefusal(await remove('mine'), 404);
});

test('a name in the path may be encoded, and a plus a space', async () => {
  for (const path of ['two%20words', 'two+words']) {
    await add('two words');
    assert.deepEqual(await ok(remove(path)), { ok: true });
  }
  await add('c++');
  assert.deepEqual(await ok(remove('c++')), { ok: true });
});

test('a tag made here is one of the Rocket.Chat face', async () => {
  await add('shared', sales.id), await add('general');
  const { tags } = await administrator.get('livechat/tags?text=shared&viewAll=true');
  assert.deepEqual(tags.map(({ name, departments, numDepartments }) => [name, departments, numDepartments]), [['shared', [sales.department], 1]]);
  assert.deepEqual((await administrator.get('livechat/tags?text=general')).tags.map(({ name }) => name), ['general']);
  await administrator.post('livechat/tags.delete', { id: tags[0]._id });
  assert.deepEqual(await named('shared'), []);
});

test('a tag of several departments stands here once for each', async () => {
  const { _id } = await administrator.post('livechat/tags.save', { tagData: { name: 'both', description: '' }, tagDepartments: [billing.department, sales.department] });
  assert.deepEqual((await named('both')).sort(), [billing.id, sales.id].sort());
  assertRefusal(await livechat(parley, 'POST', '/tags', { body: { tag: 'both', author: 'a@acme.test', group: sales.id } }), 400);
  await ok(remove('both', { body: { group: billing.id } }));
  assert.deepEqual((await administrator.get(`livechat/tags/${_id}`)).departments, [sales.department]);
});
