// What every operation of the LiveChat face has in common: credentials, versions, encodings, JSONP, errors.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { assertRefusal, basic, livechat, ok } from './support/livechat.mjs';
import { owner, Parley, run } from './support/parley.mjs';

let parley;
before(async () => (parley = await Parley.start()));
after(() => parley.stop());

const keys = (...words) => {
  const added = run(['keys', 'add', ...words], { folder: parley.folder });
  assert.equal(added.code, 0, added.stderr);
  return added.stdout.trim();
};

test('an unknown path is 404 before credentials are looked at, a known one 401', async () => {
  assertRefusal(await livechat(parley, 'GET', '/nothing/here', { as: null }), 404);
  const refusal = await livechat(parley, 'GET', '/agents', { as: null });
  assertRefusal(refusal, 401);
  assert.equal(refusal.json.error, 'You have no rights to access this data. Check your API Key and/or username');
  assertRefusal(await livechat(parley, 'GET', '/agents', { as: { ...owner, key: 'wrong' } }), 401);
  assertRefusal(await livechat(parley, 'GET', '/status', { as: null }), 401);
  for (const header of ['Basic', 'Basic !!!', 'Digest x', 'Bearer', 'Bearer nothing', `Basic ${btoa('no colon')}`])
    assertRefusal(await livechat(parley, 'GET', '/agents', { as: null, headers: { Authorization: header } }), 401);
});

test('a known path with another method is refused, OPTIONS included and without CORS', async () => {
  for (const method of ['PATCH', 'DELETE']) assertRefusal(await livechat(parley, method, '/agents'), 405);
  const options = await livechat(parley, 'OPTIONS', '/agents', { headers: { Origin: 'https://elsewhere.test' } });
  assert.ok([404, 405].includes(options.status));
  assert.equal(options.headers.get('access-control-allow-origin'), null);
});

test('logins compare without case, keys may hold colons, tokens come as Basic or Bearer', async () => {
  await ok(livechat(parley, 'GET', '/agents', { as: { ...owner, login: 'OWNER@Acme.Test' } }));
  const token = keys('--login', owner.login, '--role', 'owner', '--kind', 'pat');
  assert.match(token, /^dal:/);
  await ok(livechat(parley, 'GET', '/agents', { as: { login: owner.login, key: token } }));
  await ok(livechat(parley, 'GET', '/agents', { as: { login: '6f9619ff-8b86-d011-b42d-00c04fc964ff', key: token } }));
  await ok(livechat(parley, 'GET', '/agents', { as: null, headers: { Authorization: `Bearer ${token}` } }));
});

test('scopes limit bearer tokens', async () => {
  const bearer = (token) => ({ as: null, headers: { Authorization: `Bearer ${token}` } });
  const reader = keys('--login', owner.login, '--role', 'owner', '--kind', 'bearer', '--scopes', 'agents--all:ro');
  await ok(livechat(parley, 'GET', '/agents', bearer(reader)));
  assertRefusal(await livechat(parley, 'GET', '/groups', bearer(reader)), 403);
  assertRefusal(await livechat(parley, 'POST', '/agents', { ...bearer(reader), body: { login: 'q@acme.test', name: 'Q' } }), 403);
  await ok(livechat(parley, 'GET', '/status', bearer(reader)));
});

test('the version header may be absent, empty, 2, 2.0 or unreadable, not another version', async () => {
  for (const version of ['', '2', '2.0', '{}']) await ok(livechat(parley, 'GET', '/status', { headers: { 'X-API-Version': version } }));
  const refusal = await livechat(parley, 'GET', '/status', { headers: { 'X-API-Version': '1' } });
  assertRefusal(refusal, 400);
  assert.deepEqual(refusal.json.errors, ['unsupported API version']);
});

test('names of headers and of the scheme have no case', async () => {
  for (const name of ['X-API-Version', 'X-API-VERSION', 'x-api-version']) {
    assert.equal(await bare('GET', '/status', { [name]: '2', 'X-REGION': 'fra' }), 200);
    assert.equal(await bare('GET', '/status', { [name]: '3' }), 400);
  }
  for (const scheme of ['Basic', 'basic', 'BASIC']) await ok(livechat(parley, 'GET', '/status', { as: null, headers: { Authorization: basic(owner).replace('Basic', scheme) } }));
});

test('paths take /v2, a trailing slash and escaped characters', async () => {
  for (const path of [`/agents/${owner.login}`, `/v2/agents/${owner.login}`, `/agents/${owner.login}/`, '/agents/owner%40acme.test', '/v2/agents/owner%40acme.test/'])
    assert.equal((await ok(livechat(parley, 'GET', path))).login, owner.login);
  assertRefusal(await livechat(parley, 'GET', '/agents/%ff'), 400);
  assertRefusal(await livechat(parley, 'GET', '/agents/%zz'), 400);
});

test('successes are 200 with a JSON body of its declared type', async () => {
  const answer = await livechat(parley, 'GET', '/agents?status=offline');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  const empty = await livechat(parley, 'GET', '/agents?status=accepting%20chats');
  assert.ok(empty.text === '[]' || empty.json.length > 0);
});

test('a callback wraps successes and failures of GET, with a harmless name', async () => {
  const answer = await livechat(parley, 'GET', '/status?callback=my.cb[0]');
  assert.equal(answer.status, 200);
  assert.match(answer.text, /^my\.cb\[0\]\(\{"status":"(online|offline)"\}\);$/);
  assert.equal(answer.headers.get('content-type'), 'text/javascript; charset=utf-8');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  const failure = await livechat(parley, 'GET', '/agents/nobody@acme.test?callback=cb');
  assert.equal(failure.status, 404);
  assert.match(failure.text, /^cb\(\{.*\}\);$/);
  assert.match((await livechat(parley, 'GET', '/status?callback=a%3Balert(1)//')).text, /^aalert1\(/);
});

test('a body may be JSON or a form, with parameters in its content type or none', async () => {
  const group = async (request) => (await ok(livechat(parley, 'POST', '/groups', request))).name;
  const agent = `agents[]=${encodeURIComponent(owner.login)}`;
  const form = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
  assert.equal(await group({ body: { name: 'by JSON', agents: [owner.login] } }), 'by JSON');
  assert.equal(await group({ body: `name=by+form&${agent}`, headers: form }), 'by form');
  assert.equal(await group({ body: `name=by%20escape%2B&agents%5b%5D=owner%40acme.test`, headers: form }), 'by escape+');
  assert.equal(await group({ body: `\n  name=spaced&\n  ${agent}`, headers: form }), 'spaced');
  assert.equal(await group({ body: `name=untyped&${agent}`, headers: { 'Content-Type': '' } }), 'untyped');
  assert.equal(await group({ body: { name: 'one agent', agents: owner.login } }), 'one agent');
  assert.equal(await group({ body: { name: 'bracketed', 'agents[0]': owner.login } }), 'bracketed');
});

test('values may be texts or numbers', async () => {
  const made = await ok(livechat(parley, 'POST', '/agents', { body: { login: 'typed@acme.test', name: 42, max_chats_count: '4', daily_summary: false } }));
  assert.deepEqual([made.name, made.max_chats_count, made.daily_summary], ['42', 4, 0]);
});

test('broken and wrongly shaped bodies are refused with a reason', async () => {
  const json = { 'Content-Type': 'application/json' };
  for (const body of ['{', '[]', '"text"', 'null', '{"name":"x",}', '{"name":"\\ud800"}', `${'['.repeat(2000)}`, '\u0000'])
    assertRefusal(await livechat(parley, 'POST', '/groups', { body, headers: json }), 400);
  for (const body of [{ name: {}, agents: [] }, { name: ['a', 'b'], agents: [owner.login] }, { name: 'x', agents: [{}] }, { name: '', agents: [owner.login] }])
    assertRefusal(await livechat(parley, 'POST', '/groups', { body }), 400);
  assertRefusal(await livechat(parley, 'POST', '/groups', { body: 'name=%zz&agents[]=a', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }), 400);
});

test('what is refused before it is read says so in the same shape', async () => {
  for (const [request, status] of [['GET /status HTTP/1.1\r\n\r\n', 400], ['nonsense\r\n\r\n', 400], ['POST /tags HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n', 400],
    ['POST /tags HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n', 413], [`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431]]) {
    const [head, body] = (await spoken(request)).split('\r\n\r\n');
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(head, /content-type: application\/json/i);
    const { error, message, code } = JSON.parse(body);
    assert.deepEqual([typeof error, message, code], ['string', error, status]);
  }
});

test('requests without a body may say so in any way', async () => {
  const json = { 'Content-Type': 'application/json' };
  await ok(livechat(parley, 'GET', '/agents', { headers: json }));
  assert.equal(await bare('GET', '/agents', { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': '0' }), 200);
  assert.equal(await bare('PUT', `/agents/${owner.login}`, { 'Content-Type': 'application/json', 'Content-Length': '0' }), 200);
  for (const type of ['application/json', 'application/x-www-form-urlencoded'])
    assert.equal(await bare('DELETE', '/tags/none?group=0', { 'Content-Type': type, 'Content-Length': '0' }), 404, 'read, and there is no such tag');
});

test('HEAD is GET without a body', async () => {
  const answer = await livechat(parley, 'HEAD', '/agents');
  assert.equal(answer.status, 200);
  assert.equal(answer.text, '');
  assert.ok(Number(answer.headers.get('content-length')) > 0);
});

// A request whose every header is the caller's; its status.
function bare(method, path, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request(parley.server + path, { method, headers: { Authorization: basic(owner), ...headers } }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject);
    request.end();
  });
}

// What is answered to these bytes, to the end of the connection.
function spoken(bytes) {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(parley.server);
    let heard = '';
    const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
    socket.on('data', (data) => (heard += data));
    for (const event of ['end', 'error']) socket.on(event, () => socket.destroy());
    socket.on('close', () => resolve(heard));
  });
}
