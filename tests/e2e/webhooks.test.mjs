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

test('an address is http or https, with a host, and a port there can be', async () => {
  for (const url of ['', 'acme', '//acme.test/', 'mailto:a@acme.test', 'javascript:alert(1)', 'https://', 'https:///lc', 'https://user:pass@', 'https://:443/',
    'https://acme.test:0/', 'https://acme.test:65536/', 'https://acme.test:https/', 'https://[::1/', 'https://ac me.test/', 'https://acme.test/\r\nX: y']) {
    const refused = await register({ event_type: 'chat_ended', data_types: ['chat'], url });
    assertRefusal(refused, 400);
    assert.deepEqual(refused.json.errors, ['url must be an http or https address'], url);
  }
  for (const url of ['http://acme.test', 'HTTPS://acme.test:65535/lc', 'https://acme.test:/', 'https://[2606:4700::1111]:8443/', 'https://8.8.8.8/?a=b#c']) {
    const { events: [made] } = await ok(register({ event_type: 'chat_ended', data_types: ['chat'], url }));
    assert.equal(made.url, url);
    await ok(remove(made.id));
  }
});

test('data types are a list, each once; none is the envelope alone', async () => {
  const typesOf = async (data_types) => {
    const { events: [made] } = await ok(register({ event_type: 'chat_ended', data_types, url: hooks }));
    await ok(remove(made.id));
    return made.data_types;
  };
  assert.deepEqual(await typesOf([]), []);
  assert.deepEqual(await typesOf('chat'), ['chat']);
  assert.deepEqual(await typesOf(['visitor', 'chat', 'visitor']), ['visitor', 'chat']);
  for (const [data_types, text] of [[{ a: 1 }, 'data_types must be a list'], [[{}], 'data_types[0] must be a text'],
    [['chat', 'Chat'], 'data_types[1] must be one of: chat, visitor, pre_chat_survey, ticket, canned_response'],
    [['chat', 'ticket'], 'data_types must be among chat, visitor, pre_chat_survey for chat_ended']]) {
    const refused = await register({ event_type: 'chat_ended', data_types, url: hooks });
    assertRefusal(refused, 400);
    assert.deepEqual(refused.json.errors, [text]);
  }
});

test('only who may manage webhooks does', async () => {
  for (const [method, path] of [['GET', '/webhooks'], ['POST', '/webhooks'], ['DELETE', '/webhooks/1']])
    assertRefusal(await livechat(parley, method, path, { as: null, body: method === 'GET' ? undefined : {} }), 401);
});

test('a form registers too, credentials in the address stay as they were sent', async () => {
  const url = 'https://user:p%40ss@hooks.acme.test:8443/lc?x=1';
  const body = new URLSearchParams([['event_type', 'chat_ended'], ['data_types[]', 'visitor'], ['data_types[]', 'chat'], ['url', url]]);
  const { events: [made] } = await ok(register(body));
  assert.deepEqual([made.data_types, made.url], [['visitor', 'chat'], url]);
  await ok(remove(made.id));
});
