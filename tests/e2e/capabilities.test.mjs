// What a workspace as the backend can do is found out, and shown to operators.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admin, Parley } from './support/parley.mjs';

// The first look is made in the background.
async function ready(parley) {
  await parley.waitForLog(({ event }) => event === 'workspace.probed');
  const answer = await fetch(`${parley.admin}/readyz`);
  assert.equal(answer.status, 200);
  return answer.json();
}
async function using(parley, work) {
  try {
    await work(parley);
  } finally {
    await parley.stop();
  }
}

test('a premium workspace does everything itself', async () =>
  using(await Parley.startInFront(), async (parley) => {
    const { backend } = await ready(parley);
    assert.match(backend.version, /^8\.3/);
    // What the embedded backend does not serve yet either.
    const { priorities, sla, units, ...others } = backend.features;
    assert.deepEqual([priorities, sla, units], ['absent', 'absent', 'absent']);
    assert.ok(Object.keys(others).length >= 8);
    assert.deepEqual([...new Set(Object.values(others))], ['native']);
    const metrics = await (await fetch(`${parley.admin}/metrics`)).text();
    assert.match(metrics, /^parley_backend_capability\{feature="tags",state="native"\} 1$/m);
    assert.match(metrics, /^parley_backend_capability\{feature="tags",state="local"\} 0$/m);
    assert.match(metrics, /^parley_backend_calls_total\{route="GET me",status="200"\} 1$/m);
    assert.match(metrics, /^parley_backend_call_duration_seconds_count\{route="GET me"\} 1$/m);
    assert.match(metrics, /^parley_backend_manners_total\{what="waited"\} 0$/m);
    assert.match(metrics, /^parley_backend_cut_off 0$/m);
  }));

test('what a Community workspace lacks Parley does where it can', async () =>
  using(await Parley.startInFront({ settings: { embedded__edition: 'community' } }), async (parley) => {
    const { features } = (await ready(parley)).backend;
    for (const feature of ['canned_responses', 'tags', 'premium_analytics', 'several_departments']) assert.equal(features[feature], 'local', feature);
    for (const feature of ['priorities', 'sla', 'units', 'reports']) assert.equal(features[feature], 'absent', feature);
    for (const feature of ['webhooks', 'settings', 'agent_info']) assert.equal(features[feature], 'native', feature);
  }));

test('a workspace of an older line does by other means what it has no routes for', async () =>
  using(await Parley.startInFront({ settings: { embedded__compat_version: '6.4.0' } }), async (parley) => {
    const { version, features } = (await ready(parley)).backend;
    assert.match(version, /^6\.4/);
    for (const feature of ['agent_info', 'canned_responses', 'several_departments', 'tags', 'webhooks']) assert.equal(features[feature], 'native', feature);
  }));

test('and one without a licence is served as ever', async () =>
  using(await Parley.startInFront({ settings: { embedded__compat_version: '6.4.0', embedded__edition: 'community' } }), async (parley) => {
    const { features } = (await ready(parley)).backend;
    for (const feature of ['canned_responses', 'tags', 'premium_analytics', 'several_departments']) assert.equal(features[feature], 'local', feature);
    assert.equal(features.agent_info, 'native');
  }));

test('a workspace that is down does not keep Parley from starting, but from being ready', async () => {
  const settings = { backend__kind: 'rocketchat', backend__url: 'http://127.0.0.1:1', backend__user_id: 'u', backend__auth_token: 't' };
  await using(await Parley.start({ settings }), async (parley) => {
    await parley.waitForLog(({ event }) => event === 'workspace.not_probed');
    const found = await fetch(`${parley.admin}/readyz`);
    assert.equal(found.status, 503);
    assert.match((await found.json()).reason, /the workspace/);
    assert.equal((await fetch(`${parley.admin}/healthz`)).status, 200);
  });
});

test('nor does one that refuses the account', async () =>
  using(await Parley.start({ settings: { backend__kind: undefined } }), async (workspace) => {
    const settings = { backend__kind: 'rocketchat', backend__url: workspace.server, backend__username: admin.username, backend__password: 'wrong' };
    await using(await Parley.start({ settings }), async (parley) => {
      await parley.waitForLog(({ event }) => event === 'workspace.not_probed');
      const found = await fetch(`${parley.admin}/readyz`);
      assert.equal(found.status, 503);
      assert.match((await found.json()).reason, /user name or password is wrong/);
    });
  }));
