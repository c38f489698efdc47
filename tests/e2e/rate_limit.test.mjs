// The embedded backend's rate limiter as a client of the Rocket.Chat face meets it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { livechat } from './support/livechat.mjs';
import { Parley } from './support/parley.mjs';
import { RocketChat } from './support/rocketchat.mjs';

let parley, administrator;
before(async () => {
  parley = await Parley.start({ settings: { embedded__rate_limit__enabled: 'true' } });
  administrator = await RocketChat.login(parley);
});
after(() => parley.stop());

const from = (address) => ({ 'X-Real-Ip': address });

test('a visitor’s address may ask for a room five times a minute', async () => {
  const visitor = new RocketChat(parley, {});
  const answers = [];
  for (let call = 0; call < 6; ++call) answers.push(await visitor.call('GET', 'livechat/room?token=nobody', undefined, from('198.51.100.1')));
  assert.deepEqual(answers.map(({ status }) => status), [400, 400, 400, 400, 400, 429]);
  assert.deepEqual(answers.map(({ headers }) => headers.get('x-ratelimit-limit')), Array(6).fill('5'));
  assert.deepEqual(answers.map(({ headers }) => headers.get('x-ratelimit-remaining')), ['4', '3', '2', '1', '0', '0']);
  const [, seconds] = answers[5].json.error.match(/^Error, too many requests\. Please slow down\. You must wait (\d+) seconds before trying this endpoint again\. \[error-too-many-requests\]$/);
  assert.ok(seconds >= 1 && seconds <= 60, seconds);
  assert.equal(answers[5].json.success, false);
  const resets = new Set(answers.map(({ headers }) => headers.get('x-ratelimit-reset')));
  assert.equal(resets.size, 1);
  assert.match([...resets][0], /^\d{13}$/);
  assert.equal((await visitor.call('GET', 'livechat/room?token=nobody', undefined, from('198.51.100.2'))).status, 400);
});

test('an administrator is exempt, until the permission is taken away', async () => {
  const calls = () => Promise.all(Array.from({ length: 12 }, () => administrator.call('GET', 'me', undefined, from('198.51.100.3'))));
  assert.deepEqual(new Set((await calls()).map(({ status }) => status)), new Set([200]));
  await administrator.post('permissions.update', { permissions: [{ _id: 'api-bypass-rate-limit', roles: ['bot'] }] });
  const limited = await calls();
  assert.equal(limited.filter(({ status }) => status === 200).length, 10);
  assert.equal(limited.filter(({ status }) => status === 429).length, 2);
});

test('only X-Real-Ip names the address', async () => {
  const visitor = new RocketChat(parley, {});
  const statuses = [];
  for (let call = 0; call < 6; ++call) statuses.push((await visitor.call('GET', 'livechat/room?token=nobody', undefined, { 'X-Forwarded-For': `198.51.100.${call}` })).status);
  assert.deepEqual(statuses, [400, 400, 400, 400, 400, 429]);
});

test('the LiveChat face is not limited', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => livechat(parley, 'GET', '/agents', { headers: from('198.51.100.4') })));
  assert.ok(answers.every(({ status }) => status === 200));
});
