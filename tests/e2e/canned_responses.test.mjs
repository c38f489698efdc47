// Canned responses: LiveChat's own operations, and the same records through Rocket.Chat's premium routes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok, publishedClient } from './support/livechat.mjs';
import { admin, inFrontOfPremium, owner, Parley } from './support/parley.mjs';
import { RocketChat } from './support/rocketchat.mjs';
import { livechatSpec } from './support/schemas.mjs';

let parley, client, administrator, group, department;
before(async () => {
  parley = await Parley.start();
  client = publishedClient(parley);
  administrator = await RocketChat.login(parley);
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'liv@acme.test', name: 'Liv' } }));
  group = await ok(livechat(parley, 'POST', '/groups', { body: { name: 'Billing', agents: ['liv@acme.test'] } }));
  department = (await administrator.get('livechat/department')).departments.find(({ name }) => name === 'Billing');
});
after(() => parley.stop());

const create = (text, tags, more = {}) => ok(livechat(parley, 'POST', '/canned_responses', { body: { text, tags, ...more } }));
const now = () => Math.floor(Date.now() / 1000);
const nativeOf = async (text) => (await administrator.get(`canned-responses?text=${encodeURIComponent(text)}`)).cannedResponses[0];

test('a new one tells who made it, and no modification', async () => {
  const earliest = now();
  const made = await client.canned_responses.create({ text: 'Is there anything else?', tags: ['else', 'more'] });
  livechatSpec.assertAnswer('CannedResponsesPost', made);
  assert.ok(Number.isInteger(made.id));
  assert.ok(made.creation_date >= earliest && made.creation_date <= now());
  assert.deepEqual(made, { id: made.id, group: 0, text: 'Is there anything else?', creation_date: made.creation_date, created_by: owner.login, tags: ['else', 'more'] });
  assert.deepEqual(await client.canned_responses.get(made.id), made);
  assert.deepEqual((await client.canned_responses.list({})).find(({ id }) => id === made.id), made);
});

test('without a group only those of group 0 are listed', async () => {
  const own = await create('Your invoice is paid.', ['paid'], { group: group.id });
  assert.equal(own.group, group.id);
  assert.ok(!(await client.canned_responses.list({})).some(({ id }) => id === own.id));
  assert.deepEqual(await client.canned_responses.list({ group: group.id }), [own]);
  assert.equal((await livechat(parley, 'GET', '/canned_responses?group=98765')).text, '[]');
});

test('an update changes what is sent and tells who and when', async () => {
  const made = await create('Before', ['one']);
  const earliest = now();
  const changed = await client.canned_responses.update(made.id, { text: 'After' });
  livechatSpec.assertAnswer('CannedResponsesABC123Put', changed);
  assert.ok(changed.modification_date >= earliest && changed.modification_date <= now());
  assert.deepEqual(changed, { ...made, text: 'After', modification_date: changed.modification_date, modified_by: owner.login });
  const body = new URLSearchParams([['tags[]', 'two'], ['tags[]', 'three']]);
  const replaced = await ok(livechat(parley, 'PUT', `/canned_responses/${made.id}`, { body }));
  assert.deepEqual([replaced.text, replaced.tags], ['After', ['two', 'three']]);
  const posted = await ok(livechat(parley, 'POST', `/canned_responses/${made.id}`, { body: { text: 'Posted' } }));
  livechatSpec.assertAnswer('CannedResponsesABC123Post', posted);
  assert.deepEqual([posted.id, posted.text, posted.tags], [made.id, 'Posted', ['two', 'three']]);
  assertRefusal(await livechat(parley, 'PUT', '/canned_responses', { body: { text: 'x' } }), 405);
});

test('a removed one is gone and its number is never used again', async () => {
  const made = await create('Gone', ['gone']);
  assert.deepEqual(await client.canned_responses.delete(made.id), { result: 'Canned response removed successfully' });
  for (const method of ['GET', 'PUT', 'DELETE'])
    assertRefusal(await livechat(parley, method, `/canned_responses/${made.id}`, { body: method === 'PUT' ? { text: 'x' } : undefined }), 404);
  assert.ok((await create('Next', ['gone'])).id > made.id);
  assertRefusal(await livechat(parley, 'GET', '/canned_responses/987654'), 404);
});

test('what is missing or wrong is named', async () => {
  const refused = await livechat(parley, 'POST', '/canned_responses', { body: {} });
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.errors, ['text is required', 'tags is required']);
  // The C# client sends the text as the group.
  const body = new URLSearchParams([['text', 'Hi'], ['tags[0]', 'hi'], ['group', 'Hello there']]);
  const swapped = await livechat(parley, 'POST', '/canned_responses', { body });
  assertRefusal(swapped, 400);
  assert.match(swapped.json.errors[0], /^group /);
  assertRefusal(await livechat(parley, 'POST', '/canned_responses', { body: { text: 'x', tags: ['x'], group: 98765 } }), 400);
});

test('every encoding of tags says the same', async () => {
  for (const body of [new URLSearchParams('text=x&tags[]=a&tags[]=b'), new URLSearchParams('text=x&tags[0]=a&tags[1]=b'), new URLSearchParams('text=x&tags[0]=a&tags[0]=b'), { text: 'x', 'tags[0]': 'a', 'tags[1]': 'b' }])
    assert.deepEqual((await ok(livechat(parley, 'POST', '/canned_responses', { body }))).tags, ['a', 'b']);
});

test('one made here is one of the Rocket.Chat face, with a shortcut of its own', async () => {
  const first = await create('First thanks', ['thanks', 'bye'], { group: group.id });
  const second = await create('Second thanks', ['thanks']);
  const shown = await nativeOf('First thanks');
  assert.deepEqual([shown.shortcut, shown.text, shown.scope, shown.departmentId, shown.tags], ['thanks', 'First thanks', 'department', department._id, ['thanks', 'bye']]);
  // A workspace knows Parley's account only.
  assert.equal(shown.createdBy.username, inFrontOfPremium ? admin.username : owner.login.split('@')[0]);
  assert.equal((await nativeOf('Second thanks')).shortcut, 'thanks-2');
  assert.deepEqual([first.tags, second.tags], [['thanks', 'bye'], ['thanks']]);

  await administrator.post('canned-responses', { _id: shown._id, shortcut: 'cheers', text: 'Cheers!', scope: 'global', tags: ['bye'] });
  const changed = await client.canned_responses.get(first.id);
  assert.deepEqual([changed.id, changed.group, changed.text, changed.tags], [first.id, 0, 'Cheers!', ['cheers', 'bye']]);
  assert.ok(changed.modification_date);
  // Nor does it tell who changed one there.
  if (!inFrontOfPremium) assert.ok(changed.modified_by);
  await administrator.ok('DELETE', 'canned-responses', { _id: shown._id });
  assertRefusal(await livechat(parley, 'GET', `/canned_responses/${first.id}`), 404);
});

test('one made there is listed here, unless somebody keeps it for themselves', async () => {
  await administrator.post('canned-responses', { shortcut: 'native', text: 'Made there', scope: 'department', departmentId: department._id, tags: ['x'] });
  await administrator.post('canned-responses', { shortcut: 'mine', text: 'Mine', scope: 'user' });
  const found = (await client.canned_responses.list({ group: group.id })).find(({ text }) => text === 'Made there');
  assert.deepEqual([found.group, found.tags], [group.id, ['native', 'x']]);
  assert.ok(!(await client.canned_responses.list({})).some(({ text }) => text === 'Mine'));
  assert.deepEqual(await client.canned_responses.delete(found.id), { result: 'Canned response removed successfully' });
  assert.equal(await nativeOf('Made there'), undefined);
});

test('a Community workspace has them on this face', async () => {
  const community = await Parley.start({ settings: { embedded__edition: 'community' } });
  try {
    const made = await ok(livechat(community, 'POST', '/canned_responses', { body: { text: 'Hi', tags: ['hi'] } }));
    assert.deepEqual(await ok(livechat(community, 'GET', '/canned_responses')), [made]);
  } finally {
    await community.stop();
  }
});
