// Bad input for every parameter of every operation of the LiveChat face, generated from the spec: missing, of another type, out
// of range, too long, hostile; in the path, the query, a form and JSON. What the schema forbids is 400 and named, the rest is
// answered somehow, and nothing is 5xx, except the 501 of what is planned.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { badValues, pairsOf, sampleOf } from './support/bad_values.mjs';
import { assertRefusal, livechat, ok } from './support/livechat.mjs';
import { owner, Parley, run } from './support/parley.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec as spec } from './support/schemas.mjs';

let parley;
const there = {}; // what paths may name, by parameter; `id` of a resource by the resource
before(async () => {
  parley = await Parley.start();
  const make = (path, body) => ok(livechat(parley, 'POST', path, { body }));
  const { login } = await make('/agents', { login: 'there@acme.test', name: 'There', password: 'There-Password-1' });
  await makeAvailable(await RocketChat.login(parley), login);
  const visitor = new Visitor(parley, 'there');
  await visitor.register({ name: 'There', email: 'visitor@acme.test' });
  await visitor.open();
  await visitor.say('Hello');
  await visitor.close();
  const { chats: [chat] } = await ok(livechat(parley, 'GET', '/chats'));
  const rules = [{ type: 'visits_number', value: '3' }];
  Object.assign(there, {
    login, chat_id: chat.id, visitor_id: chat.visitor_id, group_id: (await make('/groups', { name: 'There', agents: [login] })).id,
    canned_responses: (await make('/canned_responses', { text: 'There', tags: ['there'] })).id,
    goals: (await make('/goals', { name: 'There', type: 'api' })).id,
    greetings: (await make('/greetings', { name: 'There', rules })).id,
    tickets: (await make('/tickets', { message: 'There', requester: { mail: 'ida@buyer.test' } })).id,
    state: 'chatting',
  });
});
after(() => parley.stop());

const { operations } = JSON.parse(run(['routes', '--face', 'livechat', '--json']).stdout);
// Keys are reset by those who call: the next request would have none.
const spared = ['AgentsResetApiKeyPost', 'AgentsResetApiKeyPut'];
const takesFiles = ({ id }) => spec.operations.get(id).consumes?.includes('multipart/form-data');
const tested = operations.filter((row) => !spared.includes(row.id) && !takesFiles(row));
const isServed = ({ served }) => served !== 'planned' && served !== 'unsupported';

const json = { 'Content-Type': 'application/json' };
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const encoded = (pairs) => new URLSearchParams(pairs).toString();

const parametersIn = ({ id }, place) => spec.parametersOf(id).filter((parameter) => parameter.in === place);
const bodyOf = (row) => spec.resolve(parametersIn(row, 'body')[0]?.schema);
// A path whose parameters name what is there, but for one.
const filled = ({ path }, name, value) => path.replace(/\{([^}]*)\}/g, (_, parameter) =>
  encodeURIComponent(parameter === name ? value : there[parameter] ?? there[path.split('/')[1]] ?? '1'));
// Members a call cannot do without. Agents, groups and authors there are; a rule and a ticket are as they have to be.
function requiredMembers(row) {
  const members = sampleOf(bodyOf(row), spec.resolve);
  const real = { agents: [there.login], author: there.login, rules: [{ type: 'visits_number', value: '3' }], url: 'https://acme.test/', event_type: 'chat_ended', data_types: ['chat'], visitor_id: there.visitor_id, type: 'api' };
  for (const [name, value] of Object.entries(real)) if (name in members) members[name] = value;
  return members;
}

// An answer that may be a success or any refusal.
function assertAnswered(row, answer, what) {
  const shown = `${row.id} ${what}: ${answer.status} ${answer.text.slice(0, 300)}`;
  if (!isServed(row) && answer.status === 501) return;
  assert.ok(answer.status < 500, shown);
  if (answer.status === 200) assert.ok(answer.json !== undefined, shown);
  else assertRefusal(answer, answer.status);
  assert.equal(answer.headers.get('x-injected'), null, shown);
}

// A 400 with a sentence about the field. Members of other ones are missing too: every violation is told.
function assertNamed(row, answer, name, what) {
  if (!isServed(row)) return assertAnswered(row, answer, what);
  const shown = `${row.id} ${what}: ${answer.status} ${answer.text.slice(0, 300)}`;
  assert.equal(answer.status, 400, shown);
  assertRefusal(answer, 400);
  assert.ok(answer.json.errors.some((text) => text.startsWith(name) || text.includes(`"${name}`)), `${name} is not named: ${shown}`);
}

// Calls in groups: one after the other they would take minutes.
async function each(items, call) {
  for (let i = 0; i < items.length; i += 32) await Promise.all(items.slice(i, i + 32).map((item, j) => call(item, i + j)));
}

for (const row of tested.filter((one) => parametersIn(one, 'path').length > 0))
  test(`${row.id}: its path`, async () => {
    for (const { name, ...schema } of parametersIn(row, 'path')) {
      const texts = badValues(schema, spec.resolve).filter(({ value }) => typeof value === 'string' && value !== '' && value.length < 4000);
      await each(texts, async ({ value, refused }) => {
        const answer = await livechat(parley, row.method, filled(row, name, value));
        assertAnswered(row, answer, `${name}=${JSON.stringify(value)}`);
        if (refused && isServed(row)) assert.ok(answer.status >= 400, `${name}=${JSON.stringify(value)}: ${answer.text}`);
      });
      for (const raw of ['%ff', '%zz', '%c0%af', '%']) {
        const answer = await livechat(parley, row.method, filled(row, name, '@').replace('%40', raw));
        assertAnswered(row, answer, raw);
        assert.notEqual(answer.status, 200, raw);
      }
    }
  });

for (const row of tested.filter((one) => parametersIn(one, 'query').length > 0))
  test(`${row.id}: its query`, async () => {
    const ask = (query) => livechat(parley, row.method, `${filled(row)}?${query}`);
    for (const { name, required, 'x-parley-lenient': lenient, ...schema } of parametersIn(row, 'query')) {
      const plain = name.replace('[', '.').replace(']', '');
      if (required) assertNamed(row, await livechat(parley, row.method, filled(row)), plain, `without ${name}`);
      // Nothing at all is the same as not sent.
      const said = badValues(schema, spec.resolve).map(({ value, refused }) => ({ pairs: pairsOf(name, value), refused: refused && !lenient }))
        .filter(({ pairs }) => pairs.length > 0 && pairs.every(([, text]) => text !== '' && text.length < 4000));
      await each(said, async ({ pairs, refused }) => {
        const query = encoded(pairs);
        (refused ? assertNamed(row, await ask(query), plain, query) : assertAnswered(row, await ask(query), query));
      });
      if (!lenient) assertNamed(row, await ask(`${name}=%ff`), plain, 'no UTF-8');
      assertAnswered(row, await ask(`${name}=%zz`), 'a broken escape');
      assertNamed(row, await ask(`${name.replace('[', '.').split('.')[0]}${'[a]'.repeat(20)}=1`), 'parameter name', 'deep');
    }
  });

for (const row of tested.filter((one) => bodyOf(one)))
  test(`${row.id}: its body`, async () => {
    const { properties, required = [] } = bodyOf(row);
    const path = filled(row);
    const send = (body, headers) => livechat(parley, row.method, path, { body, headers });
    for (const [body, headers] of [['{}', json], ['', form], [undefined, {}], ['', json]])
      for (const name of required) assertNamed(row, await send(body, headers), `${name} is required`, `without ${name}`);
    for (const [name, property] of Object.entries(properties)) {
      const schema = spec.resolve(property);
      for (const inner of schema.required ?? []) assertNamed(row, await send(JSON.stringify({ [name]: {} }), json), `${name}.${inner} is required`, `without ${name}.${inner}`);
      const named = (answer, what) => (schema.type ? assertNamed(row, answer, name, what) : assertAnswered(row, answer, what));
      await each(badValues(property, spec.resolve), async ({ value, refused }, index) => {
        const pairs = pairsOf(name, value);
        // What may be taken is sent in one encoding: it is kept, and much of it makes every later call slower.
        const alternates = !refused && pairs.length > 0;
        const text = JSON.stringify({ ...requiredMembers(row), [name]: value });
        if (!alternates || index % 2 === 0) {
          const asJson = await send(text, json);
          (refused ? named(asJson, text) : assertAnswered(row, asJson, text));
        }
        if (pairs.length === 0 || (alternates && index % 2 === 0)) return;
        const others = Object.entries(requiredMembers(row)).filter(([other]) => other !== name).flatMap(([other, sample]) => pairsOf(other, sample));
        const asForm = await send(encoded([...others, ...pairs]), form);
        (refused ? named(asForm, encoded(pairs)) : assertAnswered(row, asForm, encoded(pairs)));
      });
      const member = Buffer.from(`{"${name}":"x`), end = Buffer.from('"}');
      assertNamed(row, await send(Buffer.concat([member, Buffer.from([0xff]), end]), json), 'invalid JSON', 'no UTF-8 in JSON');
      if (schema.type === 'string') assertNamed(row, await send(`${name}=%ff`, form), name, 'no UTF-8 in a form');
      assertNamed(row, await send(`{"${name}":${'['.repeat(2000)}${']'.repeat(2000)}}`, json), 'invalid JSON', 'deep JSON');
      assertNamed(row, await send(`${name}${'[a]'.repeat(20)}=1`, form), 'parameter name', 'deep form');
      assertAnswered(row, await send(`{"${name}":${'9'.repeat(400)}}`, json), 'a huge number');
    }
  });

const brokenBodies = [
  ['{', json], ['[]', json], ['null', json], ['"x"', json], ['{"a":1,}', json], ['{"a":1}{', json], ['\u0000', json], ['{"a":"\\ud800"}', json], ['['.repeat(100_000), json],
  [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), json], ['%zz=1', form], ['%ff=1', form], [`a=1${'&a=1'.repeat(2000)}`, form],
  ['name=x', { 'Content-Type': 'text/plain' }], ['--x--', { 'Content-Type': 'multipart/form-data; boundary=x' }],
];
for (const row of tested.filter((one) => bodyOf(one) && isServed(one)))
  test(`${row.id}: broken bodies`, () => each(brokenBodies, async ([body, headers]) =>
    assertRefusal(await livechat(parley, row.method, filled(row), { body, headers }), 400)));

test('there is something of every kind', () => {
  assert.ok(tested.filter(isServed).length > 70);
  assert.ok(tested.some((row) => bodyOf(row)) && tested.some((row) => parametersIn(row, 'query').length > 5));
});

for (const row of tested.filter((one) => isServed(one) && one.method === 'GET' && !/\{id\}|weekday/.test(one.path) && !parametersIn(one, 'query').some(({ required }) => required)))
  test(`${row.id}: shows what was kept in its shape`, async () => {
    spec.assertAnswer(row.id, await ok(livechat(parley, 'GET', filled(row))));
  });

test('after all that the gateway answers as before', async () => {
  assert.equal((await ok(livechat(parley, 'GET', `/agents/${owner.login}`))).login, owner.login);
  assert.equal((await fetch(`${parley.admin}/readyz`)).status, 200);
});
