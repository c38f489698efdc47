// Hostile values for every parameter of every route of the Rocket.Chat face that is served: refused in the face's shape or
// answered, never 5xx, and the gateway lives on. The LiveChat face: bad_input.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { livechat, ok } from './support/livechat.mjs';
import { owner, Parley, run } from './support/parley.mjs';
import { assertEnvelope, RocketChat } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

let parley, administrator;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
});
after(() => parley.stop());

const { operations } = JSON.parse(run(['routes', '--face', 'rocketchat', '--json']).stdout);
const served = operations.filter((row) => !['planned', 'unsupported'].includes(row.served));

const values = [
  null, true, -1, 0, 1e300, 99999999999999999999, '', ' ', 'x'.repeat(70_000), '\u0000', '\ud83c\udf92', "'; DROP TABLE documents; --",
  '{{evil}}', '$in.login', '%00', '../../etc/passwd', [], [null], [[]], ['x', 'x'], {}, { $ne: 1 }, { a: { b: { c: [1] } } },
];
const texts = values.map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value))).filter((text) => text.length < 4000);

// A path with every parameter but one filled with something harmless.
const filled = (path, name, value) => path.replace(/\{([^}]*)\}/g, (_, parameter) => (parameter === name ? encodeURIComponent(value) : '1'));

function bodyMembers(operation) {
  const inBody = operation.parameters?.find((parameter) => parameter.in === 'body')?.schema;
  return Object.keys(inBody?.properties ?? {});
}
const queryNames = (operation) => (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name);

// Logging out, deleting and disabling would end the session that asks.
const disruptive = /logout|delete|users\.(update|setActiveStatus|removeOtherTokens|resetTOTP|regenerate)|settings|permissions|roles/i;

for (const { id, method, path } of served.filter((row) => !(row.method !== 'GET' && disruptive.test(row.id))))
  test(id, async () => {
    const operation = rocketchatSpec.operations.get(id);
    const call = async (target, body) => {
      const response = await fetch(parley.server + target, {
        method, headers: { ...administrator.session, ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }) },
        body: method === 'GET' ? undefined : JSON.stringify(body ?? {}),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
    };
    const assertHarmless = (answer, what) => {
      assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text.slice(0, 400)}`);
      assertEnvelope(answer);
    };
    for (const [, name] of path.matchAll(/\{([^}]*)\}/g))
      for (const text of texts) assertHarmless(await call(filled(path, name, text)), `${name}=${text}`);
    for (const name of queryNames(operation))
      for (const text of texts) assertHarmless(await call(`${filled(path)}?${name}=${encodeURIComponent(text)}`), `${name}=${text}`);
    for (const name of bodyMembers(operation))
      for (const value of values) assertHarmless(await call(filled(path), { [name]: value }), `${name}: ${JSON.stringify(value)?.slice(0, 80)}`);
  });

test('after all that the gateway answers as before', async () => {
  const me = await ok(livechat(parley, 'GET', `/agents/${owner.login}`));
  assert.equal(me.login, owner.login);
  assert.equal((await administrator.get('me')).username, 'admin');
  assert.equal((await fetch(`${parley.admin}/readyz`)).status, 200);
});
