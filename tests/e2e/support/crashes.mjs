// A gateway that is killed again and again in the middle of its work, and what its webhooks' receiver saw of it.
//
// Visitors talk without pause; every message that was acknowledged with 200 is owed to the receiver, twice: at /ordered,
// which is served by the queue, and at /any, which is sent to straight from the outbox. The process is killed (SIGKILL)
// after a random number of acknowledgements and started again on the same store.
import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import { adminKey, Parley, temporaryFolder } from './parley.mjs';
import { Receiver } from './receiver.mjs';
import { RocketChat, Visitor } from './rocketchat.mjs';

// Seeded: Mulberry32.
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const settings = { outgoing__allow: '127.0.0.1', relay__retry_after: Array(20).fill('20ms').join(',') };

// Talks until `stopped()`; what was acknowledged goes to `owed` as [room, text].
async function talk(parley, name, owed, onAcknowledged, stopped) {
  const visitor = new Visitor(parley, name);
  await visitor.register({ name });
  const room = await visitor.open();
  for (let line = 0; !stopped(); ++line) {
    const text = `${name} line ${line}`;
    await visitor.say(text);
    owed.push([room._id, text]);
    onAcknowledged();
  }
}

// Answers {kills, acknowledged, attempts, delivered, repeated}; throws when something was lost, ids changed, a
// signature was wrong, or a chat's order was not kept.
export async function crash({ kills, seed = 1, visitors = 6, most = 80 }) {
  const random = randomFrom(seed);
  const folder = temporaryFolder();
  const receiver = await Receiver.start();
  let parley = await Parley.start({ folder, settings });
  const administrator = await RocketChat.login(parley);
  // Chats wait in the line: nobody has to be there for visitors to talk.
  for (const [id, value] of [['Livechat_accept_chats_with_no_agents', true]]) await administrator.post(`settings/${id}`, { value });
  // What arrived where: event id -> {webhookId, room, text}.
  const paths = {};
  for (const [path, ordered] of [['/ordered', true], ['/any', false]]) {
    const made = await fetch(`${parley.admin}/admin/v1/relay/endpoints`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${adminKey}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ url: `${receiver.url}${path}`, events: ['chat.message'], ordered, concurrency: 16 }),
    });
    assert.equal(made.status, 200);
    paths[path] = { webhook: new Webhook((await made.json()).secret), seen: new Map() };
  }
  const order = new Map(); // room -> texts by first sight
  let attempts = 0;
  let faulty = 0;
  receiver.say(({ url, body, headers }) => {
    ++attempts;
    // One in ten is refused, so that retries are part of it.
    if (random() < 0.1) return { status: 503, body: '' };
    try {
      const { webhook, seen } = paths[url];
      const event = webhook.verify(body, headers);
      const known = seen.get(event.id);
      if (known) {
        assert.equal(known.webhookId, headers['webhook-id']);
        assert.equal(known.text, event.data.text);
      } else {
        seen.set(event.id, { webhookId: headers['webhook-id'], room: event.subject, text: event.data.text });
        if (url === '/ordered') order.set(event.subject, [...(order.get(event.subject) ?? []), event.data.text]);
      }
    } catch (error) {
      faulty = error;
    }
    return { status: 200, body: '' };
  });

  const owed = [];
  for (let round = 0; round < kills; ++round) {
    let left = 5 + Math.floor(random() * most);
    let dead = false;
    const died = new Promise((resolve) => {
      const acknowledged = () => {
        if (--left > 0 || dead) return;
        dead = true;
        parley.process.kill('SIGKILL');
        resolve();
      };
      for (let i = 0; i < visitors; ++i)
        talk(parley, `r${round}v${i}`, owed, acknowledged, () => dead).catch((error) => {
          if (!dead) throw error;
        });
    });
    await died;
    await parley.exit;
    parley = await Parley.start({ folder, settings });
  }

  const missingAt = ({ seen }) => {
    const there = new Set([...seen.values()].map(({ room, text }) => `${room} ${text}`));
    return owed.filter(([room, text]) => !there.has(`${room} ${text}`)).length;
  };
  while (Object.values(paths).some(missingAt) && !faulty) await new Promise((resolve) => setImmediate(resolve));
  if (faulty) throw faulty;
  for (const [room, texts] of order) {
    const numbers = texts.map((text) => Number(/ (\d+)$/.exec(text)[1]));
    assert.deepEqual(numbers, [...numbers].sort((a, b) => a - b), `order of ${room}`);
    assert.equal(new Set(texts).size, texts.length, `one event, one id in ${room}`);
  }
  await parley.stop();
  await receiver.stop();
  const delivered = paths['/ordered'].seen.size + paths['/any'].seen.size;
  return { kills, acknowledged: owed.length, attempts, delivered, repeated: receiver.requests.length - delivered };
}
