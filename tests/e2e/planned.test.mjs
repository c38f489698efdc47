// What is not built yet says so: 501 and its operation id, never a plausible empty success.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { livechat } from './support/livechat.mjs';
import { Parley, run } from './support/parley.mjs';
import { RocketChat } from './support/rocketchat.mjs';

let parley, administrator;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
});
after(() => parley.stop());

const { operations } = JSON.parse(run(['routes', '--json']).stdout);
const unserved = operations.filter(({ served }) => served === 'planned' || served === 'unsupported');
// A value that every path parameter accepts.
const filled = (path) => path.replace(/\{[^}]*\}/g, '1');

test('planned operations of the LiveChat face answer 501 with their id', async () => {
  const planned = unserved.filter(({ face }) => face === 'livechat');
  for (const { id, method, path } of planned) {
    // Members for operations that would refuse an incomplete request before anything else.
    const body = method === 'GET' ? undefined : everyMember;
    const answer = await livechat(parley, method, filled(path) + (method === 'GET' ? everyQuery : ''), { body });
    assert.equal(answer.status, 501, `${id}: ${answer.text}`);
    assert.match(answer.json.error, new RegExp(`\\b${id}\\b`));
    assert.equal(answer.json.code, 501);
  }
});

test('planned routes of the Rocket.Chat face answer 501 with their id', async () => {
  const planned = unserved.filter(({ face }) => face === 'rocketchat');
  assert.ok(planned.length > 0);
  for (const { id, method, path } of planned) {
    const response = await fetch(parley.server + filled(path), {
      method, headers: { ...administrator.session, ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }) },
      body: method === 'GET' ? undefined : '{}',
    });
    const text = await response.text();
    assert.equal(response.status, 501, `${id}: ${text}`);
    const answer = JSON.parse(text);
    assert.equal(answer.success, false);
    assert.ok(answer.error.includes(id), `${id}: ${text}`);
  }
});

const everyQuery = '';
const everyMember = {};
