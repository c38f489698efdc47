// Business hours through the binary: they open and close agents at once, and custom ones belong to departments.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Parley } from './support/parley.mjs';
import { RocketChat, Visitor } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

let parley, administrator, hour;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  hour = (await administrator.get('livechat/business-hour')).businessHour;
});
after(() => parley.stop());

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
// Around the clock on every day, or on none.
const workHours = (open) => days.map((day) => ({ day, start: '00:00', finish: '24:00', open }));
const saved = (open, more = {}) => ({
  name: '', timezoneName: 'America/New_York', daysOpen: open ? days : [], departmentsToApplyBusinessHour: '',
  active: true, type: 'default', workHours: workHours(open), ...more,
});
const save = (open, more) => administrator.post('livechat/business-hours.save', saved(open, more));
const set = (id, value) => administrator.post(`settings/${id}`, { value });
const isOnline = async () => (await new RocketChat(parley, {}).get('livechat/config')).config.online;

async function hire(username) {
  const { user } = await administrator.post('users.create', {
    username, name: username, email: `${username}@acme.test`, password: `${username}-password-1`, verified: true,
  });
  await administrator.post('livechat/users/agent', { username });
  await administrator.post('users.setStatus', { userId: user._id, status: 'online', message: '' });
  await administrator.post('livechat/agent.status', { agentId: user._id, status: 'available' });
  return user._id;
}
const availability = async (id) => (await administrator.get(`livechat/users/agent/${id}`)).user.statusLivechat;

test('a workspace begins with a default hour', () => {
  rocketchatSpec.assertAnswer('GET livechat/business-hour', { businessHour: hour, success: true });
  assert.equal(hour.type, 'default');
  assert.deepEqual(hour.workHours.map(({ day }) => day), days);
  assert.deepEqual(hour.workHours.filter(({ open }) => open).map(({ day }) => day), days.slice(0, 5));
  assert.equal(hour.workHours[0].start.time, '08:00');
});

test('old servers showed it as office hours', async () => {
  const answer = await administrator.get('livechat/office-hours');
  rocketchatSpec.assertAnswer('GET livechat/office-hours', answer);
  assert.deepEqual(answer.officeHours.map(({ day }) => day), days);
});

test('closing and opening the hour takes agents along', async () => {
  const agent = await hire('hana');
  await set('Livechat_enable_business_hours', true);
  await save(false, { _id: hour._id });
  assert.equal(await availability(agent), 'not-available');
  assert.equal(await isOnline(), false);
  const hana = await RocketChat.login(parley, 'hana', 'hana-password-1');
  const refused = await hana.call('POST', 'livechat/agent.status', { status: 'available' });
  assert.equal(refused.json.error, 'error-business-hours-are-closed');

  await save(true, { _id: hour._id });
  assert.equal(await availability(agent), 'available');
  assert.equal(await isOnline(), true);
  const visitor = new Visitor(parley, 'hours-visitor');
  await visitor.register({ name: 'Vera' });
  assert.ok((await visitor.open()).servedBy);

  const { businessHour } = await administrator.get('livechat/business-hour?type=default');
  assert.equal(businessHour.timezone.name, 'America/New_York');
  assert.deepEqual(businessHour.daysOpen, days);
  await set('Livechat_enable_business_hours', false);
});

test('a custom hour opens its departments alone', async () => {
  const inside = await hire('ida');
  const outside = await hire('otto');
  const { department } = await administrator.post('livechat/department', {
    department: { enabled: true, name: 'Night', email: 'n@acme.test', showOnRegistration: false, showOnOfflineForm: false },
    agents: [{ agentId: inside }],
  });
  await save(true, { type: 'custom', name: 'Always', departmentsToApplyBusinessHour: department._id });
  await save(false, { _id: hour._id });
  await set('Livechat_business_hour_type', 'Multiple');
  await set('Livechat_enable_business_hours', true);
  assert.equal(await availability(inside), 'available');
  assert.equal(await availability(outside), 'not-available');

  const list = await administrator.get('livechat/business-hours?name=alw');
  rocketchatSpec.assertAnswer('GET livechat/business-hours', list);
  assert.equal(list.total, 1);
  const [custom] = list.businessHours;
  assert.deepEqual(custom.departments, [{ _id: department._id }]);
  const shown = await administrator.get(`livechat/business-hour?type=custom&_id=${custom._id}`);
  assert.deepEqual(shown.businessHour.departments, [{ _id: department._id, name: 'Night' }]);

  assert.deepEqual(await administrator.post('livechat/business-hours.remove', { _id: custom._id, type: 'custom' }), { success: true });
  assert.equal(await availability(inside), 'not-available');
  assert.equal((await administrator.get('livechat/business-hours')).total, 1);
});

test('an hour that ends before it begins is refused', async () => {
  const body = saved(true, { _id: hour._id });
  body.workHours[0] = { day: 'Monday', start: '10:00', finish: '09:00', open: true };
  const answer = await administrator.call('POST', 'livechat/business-hours.save', body);
  assert.equal(answer.status, 400);
  assert.equal(answer.json.error, 'error-business-hour-finish-time-before-start-time');
});
