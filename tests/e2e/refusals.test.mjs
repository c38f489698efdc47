// Who is refused by every served route of the Rocket.Chat face: callers without a login, users without the permission, and
// visitors who know a room but not its visitor's token. Generated from the spec.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeRoom, sampleBody, sampleQuery } from './support/requests.mjs';
import { Parley, run } from './support/parley.mjs';
import { assertEnvelope, RocketChat } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

const { operations } = JSON.parse(run(['routes', '--face', 'rocketchat', '--json']).stdout);
const served = operations.filter((row) => row.served === 'native').map(({ id, method }) => ({ id, method, operation: rocketchatSpec.operations.get(id) }));
const needsLogin = ({ operation }) => operation.security?.length !== 0;

let parley, administrator, plain, chat;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  await administrator.post('users.create', { email: 'pat@acme.test', name: 'Pat', username: 'pat', password: 'pat-password' });
  plain = await RocketChat.login(parley, 'pat', 'pat-password');
  chat = await makeRoom(parley, administrator);
});
after(() => parley.stop());

// A request of a route with something plausible in every required place; `values` by name wherever one is taken.
function ask(as, { id, method, operation }, values = {}, headers = {}) {
  const template = id.split(' ')[1];
  const path = template.replace(/\{([^}]*)\}/g, (_, name) => encodeURIComponent(values[name] ?? (name === 'type' ? 'agent' : 'nothing')));
  const target = path === 'api/info' ? '../info' : path;
  const query = sampleQuery(operation, values);
  return as.call(method, query ? `${target}?${query}` : target, method === 'GET' ? undefined : sampleBody(operation, values), headers);
}

for (const route of served.filter(needsLogin))
  test(`${route.id} needs a login`, async () => {
    for (const session of [{}, { 'X-User-Id': administrator.userId }, { 'X-User-Id': administrator.userId, 'X-Auth-Token': 'wrong' }]) {
      const answer = await ask(new RocketChat(parley, session), route);
      assert.equal(answer.status, 401, answer.text);
      assert.equal(answer.json.message, 'You must be logged in to do this.');
      assertEnvelope(answer);
    }
  });

for (const route of served.filter(({ operation }) => operation['x-parley-permission']))
  test(`${route.id} needs a permission`, async () => {
    const wanted = [Object.values(route.operation['x-parley-permission'])].flat(2);
    const names = typeof route.operation['x-parley-permission'] === 'string' ? [route.operation['x-parley-permission']] : wanted;
    const { update } = await administrator.get('permissions.listAll');
    const held = update.filter(({ _id, roles }) => names.includes(_id) && roles.includes('user'));
    const answer = await ask(plain, route);
    assertEnvelope(answer);
    if (held.length > 0) return;
    assert.equal(answer.status, 403, answer.text);
    assert.equal(answer.json.error, 'User does not have the permissions required for this action [error-unauthorized]');
  });

for (const route of served)
  test(`${route.id} tells a user without roles no chat`, async () => {
    if (/log/i.test(route.id) && needsLogin(route)) return;  // logging out would end the session that asks
    const answer = await ask(plain, route, chat.known);
    assert.ok(answer.status < 500, answer.text);
    assertEnvelope(answer);
    assert.ok(!answer.text.includes(chat.secret), answer.text.slice(0, 400));
  });

const parametersOf = ({ id, operation }) => {
  const inBody = operation.parameters?.find((parameter) => parameter.in === 'body')?.schema;
  return [...id.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name)
    .concat((operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name), Object.keys(inBody?.properties ?? {}));
};
// Looking at a page is recorded for whoever says so, as on the server.
const unverified = new Set(['POST livechat/page.visited']);
const ofVisitors = served.filter((route) => !needsLogin(route) && ['token', 'rid'].every((name) => parametersOf(route).includes(name)));

for (const route of ofVisitors.filter(({ id }) => !unverified.has(id)))
  test(`${route.id} refuses the token of another visitor`, async () => {
    const before = await administrator.get(`rooms.info?roomId=${chat.known.rid}`);
    const answer = await ask(new RocketChat(parley, {}), route, { ...chat.known, token: chat.strangersToken });
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`);
    assertEnvelope(answer);
    assert.ok(!answer.text.includes(chat.secret), answer.text);
    assert.deepEqual(await administrator.get(`rooms.info?roomId=${chat.known.rid}`), before);
  });

test('there are routes of every kind', () => {
  assert.ok(served.filter(needsLogin).length > 50);
  assert.ok(ofVisitors.length >= 8, ofVisitors.map(({ id }) => id).join());
});
