// The same backend as a Community and as a Premium workspace.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Parley, run } from './support/parley.mjs';
import { RocketChat } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

let community, premium;
const parleys = [];
before(async () => {
  for (const edition of ['community', 'premium']) {
    parleys.push(await Parley.start({ settings: { embedded__edition: edition } }));
  }
  [community, premium] = await Promise.all(parleys.map((parley) => RocketChat.login(parley)));
});
after(() => Promise.all(parleys.map((parley) => parley.stop())));

const department = (name) => ({
  department: { enabled: true, name, email: 'd@acme.test', showOnRegistration: true, showOnOfflineForm: true },
});

test('the licence says which edition it is', async () => {
  for (const [caller, modules] of [[community, []], [premium, ['livechat-enterprise', 'canned-responses']]]) {
    const info = await caller.get('licenses.info');
    rocketchatSpec.assertAnswer('GET licenses.info', info);
    assert.deepEqual(info.license.activeModules, modules);
    assert.equal(info.license.hasValidLicense, modules.length > 0);
    assert.equal((await caller.get('licenses.isEnterprise')).isEnterprise, modules.length > 0);
    assert.deepEqual((await caller.get('statistics')).enterprise.modules, modules);
  }
});

test('without a licence every premium route is refused, after login and permission', async () => {
  const operations = JSON.parse(run(['routes', '--json']).stdout).operations.filter(({ face }) => face === 'rocketchat');
  const ofPremium = operations.filter(({ id }) => rocketchatSpec.operations.get(id)?.['x-parley-edition'] === 'premium');
  assert.ok(ofPremium.length > 60);
  for (const { id, method, path } of ofPremium) {
    const target = path.replace('/api/v1/', '').replace(/\{[^}]*\}/g, '1');
    const refused = await community.call(method, target, method === 'GET' ? undefined : {});
    assert.equal(refused.status, 400, `${id}: ${refused.text}`);
    assert.equal(refused.json.errorType, 'error-action-not-allowed', id);
  }
});

test('a Community workspace has one department, a Premium one has more', async () => {
  await community.post('livechat/department', department('Sales'));
  assert.equal((await community.get('livechat/department/isDepartmentCreationAvailable')).isDepartmentCreationAvailable, false);
  assert.equal((await community.call('POST', 'livechat/department', department('Support'))).status, 400);
  await premium.post('livechat/department', department('Sales'));
  await premium.post('livechat/department', department('Support'));
  assert.equal((await premium.get('livechat/department')).total, 2);
});

test('a premium setting is without effect until there is a licence', async () => {
  const shown = async (caller) => (await caller.get('settings.public?_id=Livechat_waiting_queue')).settings[0];
  for (const caller of [community, premium]) await caller.post('settings/Livechat_waiting_queue', { value: true });
  assert.equal((await shown(community)).value, false);
  assert.equal((await shown(premium)).value, true);
  assert.equal((await community.get('settings/Livechat_waiting_queue')).value, true);
});
