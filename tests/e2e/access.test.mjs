// Who may call which operation of the LiveChat face, generated from the spec: nobody without credentials, roles, scopes; and
// what every operation has in common whoever calls.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, livechat, ok } from './support/livechat.mjs';
import { owner, Parley, run } from './support/parley.mjs';
import { livechatSpec as spec } from './support/schemas.mjs';

const { operations } = JSON.parse(run(['routes', '--face', 'livechat', '--json']).stdout);
const rows = operations.map((row) => ({ ...row, operation: spec.operations.get(row.id) }));
const isPublic = ({ operation }) => operation['x-parley-auth'] === 'none';
const scopesOf = ({ operation }) => operation['x-parley-scopes'] ?? [];
const roleOf = ({ operation }) => operation['x-parley-role'];

let parley, normal;
const keys = (...words) => {
  const added = run(['keys', 'add', ...words], { folder: parley.folder });
  assert.equal(added.code, 0, added.stderr);
  return added.stdout.trim();
};
before(async () => {
  parley = await Parley.start();
  await ok(livechat(parley, 'POST', '/agents', { body: { login: 'plain@acme.test', name: 'Plain' } }));
  // Nobody is available: figures stand still from here on.
  await ok(livechat(parley, 'PUT', `/agents/${owner.login}`, { body: { status: 'offline' } }));
  normal = { login: 'plain@acme.test', key: keys('--login', 'plain@acme.test', '--role', 'normal') };
});
after(() => parley.stop());

// Nothing is called "nothing": what is let in changes nothing.
const filled = (path, login = 'nothing') => path.replace(/\{([^}]*)\}/g, (_, name) => (name === 'login' ? login : name.endsWith('id') ? '987654' : 'nothing'));
const call = (row, given = {}, login = undefined) =>
  livechat(parley, row.method, filled(row.path, login), { ...given, body: row.method === 'GET' ? undefined : {} });
const isLetIn = (answer) => answer.status !== 401 && answer.status !== 403;

for (const row of rows)
  test(`${row.id} ${isPublic(row) ? 'needs no credentials' : 'needs credentials'}`, async () => {
    const answers = [await call(row, { as: null }), await call(row, { as: { ...owner, key: 'wrong' } }), await call(row, { as: { ...owner, login: 'somebody@acme.test' } })];
    // The request is empty, which is all that is wrong with it.
    if (isPublic(row)) return answers.forEach(({ status, text }) => assert.ok(status === 400 || status === 501, text));
    for (const answer of answers) {
      assertRefusal(answer, 401);
      assert.equal(answer.json.error, 'You have no rights to access this data. Check your API Key and/or username');
    }
  });

for (const row of rows.filter((one) => !isPublic(one)))
  test(`${row.id} is for ${roleOf(row) ?? 'any agent'}`, async () => {
    const answer = await call(row, { as: normal }, owner.login);
    if (roleOf(row)) assertRefusal(answer, 403);
    else assert.ok(isLetIn(answer), answer.text);
    if (roleOf(row) === 'administrator') assert.ok(isLetIn(await call(row)), 'the owner may');
  });

test('a bearer token does what one of the listed scopes allows, and no more', async () => {
  const wanted = [...new Set(rows.flatMap(scopesOf))];
  const tokens = new Map([...wanted, 'none--of:these'].map((entry) => {
    const scopes = entry.split(' ').flatMap((scope) => ['--scopes', scope]);
    return [entry, keys('--login', owner.login, '--role', 'owner', '--kind', 'bearer', ...(scopes.length > 2 ? ['--scopes', entry.split(' ').join(',')] : scopes))];
  }));
  const as = (entry) => ({ as: null, headers: { Authorization: `Bearer ${tokens.get(entry)}` } });
  for (const row of rows.filter((one) => scopesOf(one).length > 0)) {
    if (roleOf(row) === 'self') continue; // whoever is let in has no key afterwards
    for (const entry of scopesOf(row)) assert.ok(isLetIn(await call(row, as(entry))), `${row.id} with ${entry}`);
    const other = wanted.find((entry) => !entry.split(' ').some((scope) => scopesOf(row).some((listed) => listed.split(' ').includes(scope))));
    for (const entry of [other, 'none--of:these']) assertRefusal(await call(row, as(entry)), 403);
  }
});

test('unknown paths are 404 whoever asks', async () => {
  for (const as of [null, owner, { ...owner, key: 'wrong' }])
    for (const path of ['/nothing', '/v2/nothing', '/v2', '/', '/agents/a/b/c', '/v2/v2/agents']) assertRefusal(await livechat(parley, 'GET', path, { as }), 404);
});

const reads = rows.filter(({ method, operation, served }) => method === 'GET' && operation['x-parley-effect'] === 'read' && !['planned', 'unsupported'].includes(served));

for (const row of reads)
  test(`${row.id} answers alike with and without /v2, a slash at the end, headers nobody needs`, async () => {
    const query = spec.parametersOf(row.id).some(({ required, in: place }) => required && place === 'query') ? '?weekday=mon' : '';
    const path = filled(row.path, owner.login).replace('987654', '0');
    const plain = await livechat(parley, 'GET', path + query);
    const alike = async (target, headers) => {
      const answer = await livechat(parley, 'GET', target, { headers });
      assert.deepEqual([answer.status, answer.text], [plain.status, plain.text], target);
      return answer;
    };
    for (const target of [`/v2${path}${query}`, `${path}/${query}`, `/v2${path}/${query}`, `${path}${query}${query ? '&' : '?'}&_=1&utm[x=2&`]) await alike(target);
    await alike(path + query, { 'X-API-Version': '', 'X-Region': 'fra', 'Content-Type': 'application/json' });
    const foreign = await alike(path + query, { Origin: 'https://elsewhere.test' });
    assert.deepEqual([...foreign.headers.keys()].filter((name) => name.startsWith('access-control')), []);
    const head = await livechat(parley, 'HEAD', path + query);
    assert.deepEqual([head.status, head.text, head.headers.get('content-length')], [plain.status, '', String(Buffer.byteLength(plain.text))]);
    const wrapped = await livechat(parley, 'GET', `${path}${query}${query ? '&' : '?'}callback=show`);
    assert.deepEqual([wrapped.status, wrapped.text], [plain.status, `show(${plain.text});`]);
  });

test('other methods of a known path are refused, and say which there are', async () => {
  const byPath = rows.reduce((map, row) => map.set(row.path, [...(map.get(row.path) ?? []), row]), new Map());
  for (const [path, known] of byPath) {
    if (known.some(({ operation }) => operation['x-parley-cross-origin'])) continue; // answers browsers
    const methods = known.map(({ method }) => method);
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'].filter((one) => !methods.includes(one))) {
      const answer = await livechat(parley, method, filled(path), { headers: { Origin: 'https://elsewhere.test' } });
      assertRefusal(answer, 405);
      for (const allowed of methods) assert.ok(answer.headers.get('allow').includes(allowed), `${path}: ${answer.headers.get('allow')}`);
      assert.equal(answer.headers.get('access-control-allow-origin'), null);
    }
  }
});
