// What operators see: health, metrics, request ids, traces, log lines, the admin API.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { livechat, ok } from './support/livechat.mjs';
import { adminKey, Parley, run } from './support/parley.mjs';

let parley;
before(async () => (parley = await Parley.start()));
after(() => parley.stop());

const operator = (path, options = {}) => fetch(parley.admin + path, options);
const withKey = (key) => ({ headers: { Authorization: `Bearer ${key}` } });

test('the ready line names both ports and the process', () => {
  assert.equal(parley.ready.event, 'ready');
  assert.match(parley.server, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.match(parley.admin, /^http:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(parley.ready.pid, parley.process.pid);
  assert.equal(parley.stdout.length, 1);
});

test('health and readiness are open and 200', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const response = await operator(path);
    assert.equal(response.status, 200);
    assert.equal(typeof (await response.json()).status, 'string');
  }
});

test('metrics count requests by operation and status, never by path', async () => {
  const before = await count('AgentsGet', 200);
  await ok(livechat(parley, 'GET', '/agents'));
  assert.equal(await count('AgentsGet', 200), before + 1);
  await livechat(parley, 'GET', '/secret-path-of-somebody');
  const text = await (await operator('/metrics')).text();
  assert.doesNotMatch(text, /secret-path/);
  assert.match(text, /^# TYPE http_server_request_duration_seconds histogram$/m);
});

async function count(operation, status) {
  const text = await (await operator('/metrics')).text();
  const line = text.split('\n').find((each) =>
    each.startsWith('http_server_request_duration_seconds_count{') && each.includes(`"${operation}"`) && each.includes(`"${status}"`));
  return line === undefined ? 0 : Number(line.split(' ').at(-1));
}

test('the admin API needs its key', async () => {
  assert.equal((await operator('/admin/v1/routes')).status, 401);
  assert.equal((await operator('/admin/v1/routes', withKey('wrong'))).status, 401);
  const response = await operator('/admin/v1/routes', withKey(adminKey));
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), JSON.parse(run(['routes', '--json']).stdout));
  assert.equal((await operator('/admin/v1/nothing', withKey(adminKey))).status, 404);
});

test('request ids and traces go through and come back', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers = { 'X-Request-Id': 'order-66.a', traceparent: `00-${trace}-00f067aa0ba902b7-01` };
  for (const path of ['/status', '/api/info']) {
    const answer = await livechat(parley, 'GET', path, { headers });
    assert.equal(answer.headers.get('x-request-id'), 'order-66.a');
    assert.match(answer.headers.get('traceparent'), new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    assert.notEqual(answer.headers.get('traceparent'), headers.traceparent);
  }
  const fresh = await livechat(parley, 'GET', '/status', { headers: { 'X-Request-Id': 'not usable!', traceparent: 'rubbish' } });
  assert.match(fresh.headers.get('x-request-id'), /^[0-9a-f]{32}$/);
  assert.match(fresh.headers.get('traceparent'), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

test('every request leaves one log line without secrets', async () => {
  const answer = await livechat(parley, 'GET', '/agents/nobody@acme.test?callback=x', { headers: { 'X-Request-Id': 'logged-1' } });
  assert.equal(answer.status, 404);
  const line = await parley.waitForLog(({ request_id }) => request_id === 'logged-1');
  assert.equal(line.event, 'request');
  assert.equal(line.face, 'livechat');
  assert.equal(line.operation, 'AgentsJohnPublicComGet');
  assert.equal(line.route, '/agents/{login}');
  assert.equal(line.status, 404);
  assert.equal(line.error, 'not_found');
  assert.equal(line.principal, 'owner@acme.test');
  assert.ok(Number.isInteger(line.micros));
  assert.ok(!parley.stderr.some((each) => each.includes('0123456789abcdef0123456789abcdef')));
  assert.ok(parley.stderr.filter((each) => each.startsWith('{')).every((each) => JSON.parse(each).time));
});

test('with the admin key an answer tells what was done for it', async () => {
  const headers = { 'X-Parley-Explain': '1', 'X-Parley-Admin-Key': adminKey };
  const answer = await livechat(parley, 'GET', '/groups', { headers });
  const steps = JSON.parse(answer.headers.get('x-parley-explain'));
  assert.ok(steps.some(({ call }) => call.startsWith('GET livechat/department')), answer.headers.get('x-parley-explain'));
  const without = await livechat(parley, 'GET', '/groups', { headers: { 'X-Parley-Explain': '1' } });
  assert.equal(without.headers.get('x-parley-explain'), null);
});
