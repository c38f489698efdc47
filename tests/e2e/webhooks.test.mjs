// The registry of webhooks. What is delivered to them is another matter.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok } from './support/livechat.mjs';
import { Parley } from './support/parley.mjs';
import { livechatSpec } from './support/schemas.mjs';

const license = 700123;
let parley;
before(async () => {
  parley = await Parley.start({ settings: { account__license_id: String(license) } });
});
after(() => parley.stop());

const register = (body) => livechat(parley, 'POST', '/webhooks', { body });
const remove = (id) => livechat(parley, 'DELETE', `/webhooks/${id}`);
const hooks = 'https://hooks.acme.test/lc';

const allowed = {
  chat_started: ['chat', 'visitor', 'pre_chat_survey'],
  chat_ended: ['chat', 'visitor', 'pre_chat_survey'],
  chat_changed: ['chat', 'visitor'],
  visitor_queued: ['visitor'],
  ticket_created: ['ticket'],
  canned_response_changed: ['canned_response'],
};

test('without any the list is empty', async () => {
  assert.equal((await livechat(parley, 'GET', '/webhooks')).text, '{"events":[]}');
});

for (const [event, types] of Object.entries(allowed))
  test(`${event} takes ${types.join(', ')} and nothing else`, async () => {
    const order = [...types].reverse();
    const answer = await ok(register({ event_type: event, data_types: order, url: hooks }));
    livechatSpec.assertAnswer('WebhooksPost', answer);
    assert.equal(answer.events.length, 1);
    const [made] = answer.events;
    assert.match(made.id, /^[0-9a-f]{32}$/);
    assert.match(made.token, /^[0-9a-f]{32}$/);
    assert.deepEqual(made, { licence: license, event_type: event, data_types: order, url: hooks, verified: true, token: made.token, id: made.id });
    assert.deepEqual((await ok(livechat(parley, 'GET', '/webhooks'))).events, [made]);
    for (const other of ['chat', 'visitor', 'pre_chat_survey', 'ticket', 'canned_response'].filter((type) => !types.includes(type))) {
      const refused = await register({ event_type: event, data_types: [other], url: hooks });
      assertRefusal(refused, 400);
      assert.deepEqual(refused.json.errors, [`data_types must be among ${types.join(', ')} for ${event}`]);
    }
    assert.deepEqual(await ok(remove(made.id)), { result: 'Push notification removed successfully' });
    assertRefusal(await remove(made.id), 404);
    assert.deepEqual((await ok(livechat(parley, 'GET', '/webhooks'))).events, []);
  });

test('what is missing or wrong is named', async () => {
  const refusals = [
    [{}, ['event_type is required', 'data_types is required', 'url is required']],
    [{ event_type: 'chat_ended', data_types: ['chat'], url: 'ftp://acme.test' }, ['url must be an http or https address']],
    [{ event_type: 'chat_changed', data_types: ['ticket'], url: 'acme' }, undefined],
  ];
  for (const [body, errors] of refusals) {
    const refused = await register(body);
    assertRefusal(refused, 400);
    if (errors) assert.deepEqual(refused.json.errors, errors);
  }
  for (const [body, named] of [[{ event_type: 'chat_sung', data_types: ['chat'], url: hooks }, 'event_type'], [{ event_type: 'chat_ended', data_types: ['song'], url: hooks }, 'data_types']]) {
    const refused = await register(body);
    assertRefusal(refused, 400);
    assert.ok(refused.json.errors[0].startsWith(named), refused.text);
  }
  assertRefusal(await remove('12345'), 404);
});

test('a form registers too, credentials in the address stay as they were sent', async () => {
  const url = 'https://user:p%40ss@hooks.acme.test:8443/lc?x=1';
  const body = new URLSearchParams([['event_type', 'chat_ended'], ['data_types[]', 'visitor'], ['data_types[]', 'chat'], ['url', url]]);
  const { events: [made] } = await ok(register(body));
  assert.deepEqual([made.data_types, made.url], [['visitor', 'chat'], url]);
  await ok(remove(made.id));
});
