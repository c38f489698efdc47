// parley doctor: what is wrong is said with what to do about it, and webhooks are set up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Parley, run, temporaryFolder } from './support/parley.mjs';
import { RocketChat } from './support/rocketchat.mjs';

const url = 'https://parley.acme.test/relay/rocketchat';

// A workspace, and what Parley needs to know of it.
async function withWorkspace(settings, work) {
  const workspace = await Parley.start({ settings: { backend__kind: 'embedded', ...settings } });
  try {
    const administrator = await RocketChat.login(workspace);
    const account = { backend__kind: 'rocketchat', backend__url: workspace.server, backend__user_id: administrator.userId, backend__auth_token: administrator.session['X-Auth-Token'] };
    await work({ workspace, administrator, account });
  } finally {
    await workspace.stop();
  }
}

function examine(settings, ...options) {
  const { code, stdout, stderr } = run(['doctor', '--json', ...options], { folder: temporaryFolder(), settings });
  assert.ok(stdout.startsWith('{'), stderr);
  const { diagnoses } = JSON.parse(stdout);
  return { code, diagnoses, about: (subject) => diagnoses.find((one) => one.subject === subject) };
}

test('on the embedded backend store and files are looked at', () => {
  const { code, diagnoses } = examine({});
  assert.equal(code, 0);
  assert.deepEqual(diagnoses.map(({ health, subject }) => [subject, health]), [['store', 'ok'], ['secrets', 'ok'], ['specs and mappings', 'ok'], ['backend', 'ok']]);
  const broken = examine({ store__url: `sqlite:${temporaryFolder()}` });
  assert.equal(broken.code, 1);
  assert.equal(broken.about('store').health, 'problem');
  assert.match(broken.about('store').to_do, /store\.url/);
  const shown = run(['doctor']);
  assert.match(shown.stdout, /^ok +store: sqlite:/m);
  assert.equal(run(['doctor', 'everything']).code, 2);
});

test('a workspace is looked at from address to clock', async () =>
  withWorkspace({}, async ({ account }) => {
    const { code, about } = examine(account);
    assert.equal(code, 0);
    assert.match(about('workspace').finding, /Rocket\.Chat 8\.3/);
    assert.match(about('account').finding, /^admin, roles .*admin/);
    for (const subject of ['permissions', 'rate limit', 'clock', 'feature canned_responses', 'feature webhooks']) assert.equal(about(subject).health, 'ok', subject);
    assert.equal(about('clock').finding, "agrees with the workspace's");
    assert.equal(about('webhooks').health, 'warning');
    assert.match(about('webhooks').to_do, /backend\.webhook_url/);
  }));

test('of an older line it says by what other means a feature is there', async () =>
  withWorkspace({ embedded__compat_version: '6.4.0' }, async ({ account }) => {
    const { about } = examine(account);
    assert.match(about('workspace').finding, /Rocket\.Chat 6\.4/);
    assert.equal(about('feature agent_info').health, 'ok');
    assert.equal(about('feature agent_info').finding, 'native, by the realtime method livechat:saveAgentInfo');
    assert.equal(about('feature canned_responses').finding, 'native');
  }));

test('--fix sets up the webhooks, and nothing else does', async () =>
  withWorkspace({}, async ({ administrator, account }) => {
    const settings = { ...account, backend__webhook_url: url, backend__webhook_token: 's3cret-token' };
    const before = examine(settings);
    assert.equal(before.code, 1);
    assert.equal(before.about('webhook Livechat_webhookUrl').health, 'problem');
    assert.equal(before.about('webhook Livechat_webhookUrl').to_do, 'parley doctor --fix');
    assert.equal((await administrator.get('settings/Livechat_webhookUrl')).value, '');
    const fixed = examine(settings, '--fix');
    assert.equal(fixed.code, 0, JSON.stringify(fixed.diagnoses));
    assert.equal(fixed.about('webhook Livechat_webhook_on_close').health, 'ok');
    for (const [id, value] of [['webhookUrl', url], ['secret_token', 's3cret-token'], ['webhook_on_start', true], ['webhook_on_offline_msg', true]])
      assert.equal((await administrator.get(`settings/Livechat_${id}`)).value, value, id);
    assert.equal(examine(settings).code, 0);
    assert.ok(!JSON.stringify(examine({ ...settings, backend__webhook_token: 'another' }).diagnoses).includes('s3cret-token'));
  }));

test('what a Community workspace lacks is named', async () =>
  withWorkspace({ embedded__edition: 'community' }, async ({ account }) => {
    const { code, about } = examine(account);
    assert.equal(code, 0);
    assert.match(about('feature tags').finding, /^local: the workspace has no licence/);
    assert.equal(about('feature units').health, 'warning');
  }));

test('an account that may little is told what it lacks', async () =>
  withWorkspace({ embedded__rate_limit__enabled: 'true' }, async ({ workspace, administrator, account }) => {
    await administrator.post('users.create', { email: 'weak@acme.test', name: 'Weak', username: 'weak', password: 'weak-password-1', roles: ['user', 'livechat-agent'], verified: true });
    const weak = await RocketChat.login(workspace, 'weak', 'weak-password-1');
    const { code, about } = examine({ ...account, backend__user_id: weak.userId, backend__auth_token: weak.session['X-Auth-Token'] });
    assert.equal(code, 1);
    assert.match(about('permission create-user').finding, /making agents/);
    assert.equal(about('feature settings').health, 'problem');
    assert.equal(about('rate limit').health, 'warning');
    assert.match(about('rate limit').to_do, /api-bypass-rate-limit/);
  }));

test('a workspace that is no workspace, or refuses, is a problem', async () =>
  withWorkspace({}, async ({ workspace, account }) => {
    const nobody = examine({ ...account, backend__url: 'http://127.0.0.1:1' });
    assert.equal(nobody.code, 1);
    assert.equal(nobody.about('workspace').health, 'problem');
    const refused = examine({ ...account, backend__auth_token: 'wrong' });
    assert.match(refused.about('workspace').finding, /token is not valid/);
    const elsewhere = examine({ ...account, backend__url: workspace.admin });
    assert.equal(elsewhere.about('workspace').health, 'problem');
  }));

test('routes are shown as the workspace serves them', async () =>
  withWorkspace({ embedded__edition: 'community' }, async ({ account }) => {
    const served = (settings) => {
      const { operations } = JSON.parse(run(['routes', '--json'], { folder: temporaryFolder(), settings }).stdout);
      return Object.fromEntries(operations.map((one) => [one.id, one.served]));
    };
    const community = served(account);
    assert.deepEqual([community['GET livechat/tags'], community['GET livechat/units'], community['GET livechat/rooms']], ['local', 'unsupported', 'native']);
    assert.equal(community.TagsGet, 'local');
    await withWorkspace({}, async ({ account: premium }) => {
      assert.deepEqual([served(premium)['GET livechat/tags'], served(premium).TagsGet], ['native', 'translated']);
    });
    const alone = run(['routes'], { folder: temporaryFolder(), settings: { ...account, backend__url: 'http://127.0.0.1:1' } });
    assert.equal(alone.code, 0);
    assert.match(alone.stderr, /^warning: the workspace/m);
  }));
