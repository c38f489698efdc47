// Accounts, permissions and settings of the Rocket.Chat face, as scripts that administer a workspace use them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { admin, Parley } from './support/parley.mjs';
import { RocketChat } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

let parley, administrator, anonymous;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  anonymous = new RocketChat(parley, {});
});
after(() => parley.stop());

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

async function newUser(username, more = {}) {
  const { user } = await administrator.post('users.create', {
    username, name: username, email: `${username}@acme.test`, password: `${username}-password-1`, ...more,
  });
  return user;
}
const logIn = (username) => RocketChat.login(parley, username, `${username}-password-1`);

test('a login takes the password as text, as a digest, or a token that is still good', async () => {
  const plain = await anonymous.post('login', { user: admin.username, password: admin.password });
  rocketchatSpec.assertAnswer('POST login', plain);
  const digest = await anonymous.post('login', {
    user: 'admin', password: { digest: sha256(admin.password), algorithm: 'sha-256' },
  });
  assert.equal(digest.data.userId, plain.data.userId);
  const resumed = await anonymous.post('login', { resume: plain.data.authToken });
  assert.equal(resumed.data.authToken, plain.data.authToken);
  const wrong = await anonymous.call('POST', 'login', { resume: 'nothing' });
  assert.equal(wrong.status, 401);
  assert.deepEqual(wrong.json, { success: false, error: 'Unauthorized', status: 'error', message: 'Unauthorized' });
});

test('failures block a user for a while, the right password included', async () => {
  await newUser('blocked');
  const attempt = (password) => anonymous.call('POST', 'login', { user: 'blocked', password });
  for (let i = 0; i < 10; ++i) assert.equal((await attempt('wrong')).json.error, 'Unauthorized');
  const refused = await attempt('blocked-password-1');
  assert.equal(refused.status, 401);
  assert.equal(refused.json.error, 'error-login-blocked-for-user');
  await administrator.post('settings/Block_Multiple_Failed_Logins_Enabled', { value: false });
  assert.equal((await attempt('blocked-password-1')).status, 200);
  await administrator.post('settings/Block_Multiple_Failed_Logins_Enabled', { value: true });
});

test('a deactivated user is logged out and stays out', async () => {
  const user = await newUser('dora');
  const dora = await logIn('dora');
  assert.equal((await dora.get('me')).username, 'dora');
  await administrator.post('users.setActiveStatus', { userId: user._id, activeStatus: false });
  assert.equal((await dora.call('GET', 'me')).status, 401);
  const answer = await anonymous.call('POST', 'login', { user: 'dora', password: 'dora-password-1' });
  assert.equal(answer.json.error, 'error-user-is-not-activated');
});

test('preferences lie over the defaults of the settings', async () => {
  await newUser('petra');
  const petra = await logIn('petra');
  await administrator.post('settings/Accounts_Default_User_Preferences_omnichannelTranscriptEmail', { value: true });
  assert.equal((await petra.get('users.getPreferences')).preferences.omnichannelTranscriptEmail, true);
  await petra.post('users.setPreferences', { data: { omnichannelTranscriptEmail: false, language: 'de' } });
  const { preferences } = await petra.get('users.getPreferences');
  assert.equal(preferences.omnichannelTranscriptEmail, false);
  assert.equal((await petra.get('me')).settings.preferences.language, 'de');
});

test('users are listed by state, and presence is read back', async () => {
  const user = await newUser('lena', { roles: ['user', 'livechat-agent'] });
  const found = await administrator.get('users.listByStatus?status=active&roles[]=livechat-agent&searchTerm=LENA');
  assert.deepEqual(found.users.map(({ username }) => username), ['lena']);
  const lena = await logIn('lena');
  await lena.post('users.setStatus', { status: 'away' });
  assert.equal((await administrator.get(`users.getPresence?userId=${user._id}`)).presence, 'away');
  assert.equal((await lena.get('users.getStatus')).status, 'away');
  assert.ok((await administrator.get('users.presence')).users.some(({ username }) => username === 'lena'));
});

test('roles are given and taken', async () => {
  await newUser('rolf');
  await administrator.post('roles.addUserToRole', { username: 'rolf', roleId: 'livechat-manager' });
  const { users } = await administrator.get('roles.getUsersInRole?role=livechat-manager');
  assert.ok(users.some(({ username }) => username === 'rolf'));
  await administrator.post('roles.removeUserFromRole', { username: 'rolf', roleId: 'livechat-manager' });
  const { roles } = await administrator.get('roles.list');
  assert.ok(roles.some(({ _id }) => _id === 'livechat-agent'));
  assert.equal((await administrator.call('POST', 'roles.delete', { roleId: 'user' })).json.errorType, 'error-role-protected');
});

test('a change of a permission binds the next call, the administrator too', async () => {
  const change = (roles) => administrator.post('permissions.update', { permissions: [{ _id: 'view-statistics', roles }] });
  const { permissions } = await change([]);
  assert.deepEqual(permissions.find(({ _id }) => _id === 'view-statistics').roles, []);
  const refused = await administrator.call('GET', 'statistics');
  assert.equal(refused.status, 400);
  assert.equal(refused.json.error, 'error-not-allowed');
  await change(['admin']);
  const statistics = await administrator.get('statistics');
  rocketchatSpec.assertAnswer('GET statistics', statistics);
  assert.ok(statistics.totalUsers > 1);
  const { update } = await administrator.get('permissions.listAll?updatedSince=2026-01-01');
  assert.deepEqual(update.map(({ _id }) => _id), ['view-statistics']);
});

test('a setting is changed at once, alone and with others', async () => {
  await administrator.post('settings/Livechat_title', { value: 'Acme' });
  assert.equal((await anonymous.get('livechat/config')).config.theme.title, 'Acme');
  await administrator.post('settings', {
    settings: [{ _id: 'Livechat_title', value: 'Best' }, { _id: 'Livechat_title_color', value: '#00AA00', editor: 'color' }],
  });
  const { theme } = (await anonymous.get('livechat/config')).config;
  assert.equal(theme.title, 'Best');
  assert.equal(theme.color, '#00AA00');
  const shown = await anonymous.get('settings.public?_id=Livechat_title');
  rocketchatSpec.assertAnswer('GET settings.public', shown);
  assert.equal(shown.settings[0].value, 'Best');
  const bad = await administrator.call('POST', 'settings', { settings: [{ _id: 'Livechat_title', value: 5 }] });
  assert.equal(bad.json.error, 'error-invalid-setting-value');
});

test('some settings can be left to somebody', async () => {
  await newUser('selma');
  const selma = await logIn('selma');
  const change = () => selma.call('POST', 'settings', { settings: [{ _id: 'Livechat_offline_title', value: 'Away' }] });
  const refused = await change();
  assert.equal(refused.status, 403);
  assert.equal(refused.json.errorType, 'error-action-not-allowed');
  await administrator.post('permissions.update', {
    permissions: [
      { _id: 'manage-selected-settings', roles: ['user'] }, { _id: 'change-setting-Livechat_offline_title', roles: ['user'] },
    ],
  });
  assert.equal((await change()).status, 200);
  assert.equal((await administrator.get('settings/Livechat_offline_title')).value, 'Away');
});

test('a workspace that demands a second factor asks for the password again', async () => {
  const { token } = await administrator.post('users.generatePersonalAccessToken', { tokenName: 'script', bypassTwoFactor: true });
  const script = new RocketChat(parley, { 'X-Auth-Token': token, 'X-User-Id': administrator.userId });
  await script.post('settings', {
    settings: [
      { _id: 'Accounts_TwoFactorAuthentication_Enabled', value: true },
      { _id: 'Accounts_TwoFactorAuthentication_RememberFor', value: 0 },
    ],
  });
  const change = (headers) => administrator.call('POST', 'settings/Livechat_title', { value: 'Twice' }, headers);
  const asked = await change();
  assert.equal(asked.status, 400);
  assert.equal(asked.json.errorType, 'totp-required');
  assert.equal(asked.json.details.method, 'password');
  const method = { 'x-2fa-method': 'password' };
  assert.equal((await change({ ...method, 'x-2fa-code': sha256('wrong') })).json.errorType, 'totp-invalid');
  assert.equal((await change({ ...method, 'x-2fa-code': sha256(admin.password) })).status, 200);
  assert.equal((await script.get('settings/Livechat_title')).value, 'Twice');
  await script.post('settings/Accounts_TwoFactorAuthentication_Enabled', { value: false });
});

test('everybody but this session is logged out', async () => {
  await newUser('otto');
  const [one, other] = [await logIn('otto'), await logIn('otto')];
  const { token } = await one.post('users.logoutOtherClients');
  assert.equal(token, one.session['X-Auth-Token']);
  assert.equal((await other.call('GET', 'me')).status, 401);
  assert.equal((await one.call('GET', 'me')).status, 200);
  await administrator.post('users.logout', { userId: one.userId });
  assert.equal((await one.call('GET', 'me')).status, 401);
});
