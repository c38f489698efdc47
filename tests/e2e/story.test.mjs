// One chat from end to end, through both APIs: what the gateway is for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { publishedClient } from './support/livechat.mjs';
import { Parley } from './support/parley.mjs';
import { makeAvailable, RocketChat, Visitor } from './support/rocketchat.mjs';
import { livechatSpec, rocketchatSpec } from './support/schemas.mjs';

let parley;
before(async () => (parley = await Parley.start()));
after(() => parley.stop());

test('a chat held over the Rocket.Chat API is read back over the LiveChat API', async () => {
  const client = publishedClient(parley);
  const administrator = await RocketChat.login(parley);

  // An agent and a group are made through LiveChat.
  const made = await client.agents.create({ login: 'nora@acme.test', name: 'Nora Quist', password: 'nora-password-1', job_title: 'Guide' });
  assert.equal(made.login, 'nora@acme.test', JSON.stringify(made));
  assert.equal(made.status, 'offline');
  livechatSpec.assertAnswer('AgentsPost', made);
  const group = await client.groups.create({ name: 'Tours', agents: ['nora@acme.test'], language: 'de' });
  assert.deepEqual(group.agents, ['nora@acme.test'], JSON.stringify(group));

  // She is made available through Rocket.Chat, and LiveChat knows at once.
  const noraId = await makeAvailable(administrator, 'nora@acme.test');
  assert.equal((await client.agents.get('nora@acme.test')).status, 'accepting chats');
  assert.equal((await client.groups.get(group.id)).status, 'accepting chats');

  // A visitor opens a room in her department; the chat is hers.
  const { departments } = await administrator.get('livechat/department');
  const department = departments.find(({ name }) => name === 'Tours');
  assert.ok(department);
  const visitor = new Visitor(parley, 'visitor-of-the-story');
  await visitor.register({ name: 'Ida Holm', email: 'ida@buyer.test', department: department._id });
  const room = await visitor.open();
  rocketchatSpec.assertAnswer('GET livechat/room', { room, newRoom: true, success: true });
  assert.equal(room.servedBy._id, noraId);
  assert.equal(room.departmentId, department._id);

  // Words go both ways.
  const nora = await RocketChat.login(parley, room.servedBy.username, 'nora-password-1');
  const said = [];
  const first = await visitor.say('Hello, is the 10:15 tour full? "Quoted" & <b>ünïcode</b> 🎒');
  said.push(['visitor', first.msg, first.ts]);
  const { message: second } = await nora.post('chat.sendMessage', { message: { rid: room._id, msg: 'Two places are left.' } });
  said.push(['agent', second.msg, second.ts]);
  const third = await visitor.say('Both for me, please.');
  said.push(['visitor', third.msg, third.ts]);

  // While it goes on it is pending.
  const running = await client.chats.list({ include_pending: 1 });
  assert.equal(running.total, 1, JSON.stringify(running));
  assert.equal(running.chats[0].pending, true);
  assert.equal((await client.chats.list({})).total, 0);

  await nora.post('livechat/room.closeByUser', { rid: room._id, comment: 'Booked', tags: ['booking', 'vip'] });
  const { room: closed } = await administrator.get(`rooms.info?roomId=${room._id}`);

  // The archive has the same words, times, agent, group and tags.
  const archive = await client.chats.list({});
  assert.equal(archive.total, 1);
  assert.equal(archive.pages, 1);
  livechatSpec.assertAnswer('ChatsGet', archive);
  const [chat] = archive.chats;
  assert.match(chat.id, /^[A-Z0-9]{10}$/);
  assert.equal(chat.pending, false);
  assert.equal(chat.visitor_name, 'Ida Holm');
  assert.equal(chat.visitor.email, 'ida@buyer.test');
  assert.deepEqual(chat.agents, [{ display_name: 'Nora Quist', email: 'nora@acme.test' }]);
  assert.deepEqual(chat.group, [group.id]);
  assert.deepEqual([...chat.tags].sort(), ['booking', 'vip']);
  assert.deepEqual(
    chat.messages.map(({ user_type, text, timestamp }) => [user_type, text, timestamp]),
    said.map(([who, words, at]) => [who, words, unix(at)]));
  assert.equal(chat.messages[1].agent_id, 'nora@acme.test');
  assert.equal(chat.messages[1].author_name, 'Nora Quist');
  assert.equal(chat.messages[0].author_name, 'Ida Holm');
  assert.equal(chat.started_timestamp, unix(room.ts));
  assert.equal(chat.ended_timestamp, unix(closed.closedAt));
  assert.equal(chat.duration, chat.ended_timestamp - chat.started_timestamp);
  assert.equal(chat.started, archiveDate(chat.started_timestamp));
  const last = chat.events.at(-1);
  assert.equal(last.type, 'event');
  assert.equal(last.event_type, 'closed');

  assert.deepEqual(await client.chats.get(chat.id), chat);
});

function unix(date) {
  const millis = typeof date === 'object' ? date.$date : Date.parse(date);
  return Math.floor(millis / 1000);
}

// "Thu, 06/20/19 10:46:40 am" in UTC, the account's zone.
function archiveDate(seconds) {
  const at = new Date(seconds * 1000);
  const two = (number) => String(number).padStart(2, '0');
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][at.getUTCDay()];
  const date = `${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())}/${two(at.getUTCFullYear() % 100)}`;
  const time = `${two(at.getUTCHours() % 12 || 12)}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `${weekday}, ${date} ${time} ${at.getUTCHours() < 12 ? 'am' : 'pm'}`;
}
