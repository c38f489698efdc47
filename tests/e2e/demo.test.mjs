// The made-up company: deterministic, and with something in every corner of both APIs.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { livechat, ok } from './support/livechat.mjs';
import { binary, environment, Parley, temporaryFolder } from './support/parley.mjs';

const kChats = 2000;
const ofTheDemo = {
  store__url: undefined, data__directory: undefined, auth__bootstrap__login: undefined, auth__bootstrap__key: undefined,
  embedded__admin__password: undefined, admin__key: undefined,
};

async function found(seed, chats = kChats) {
  const parley = await Parley.start({ command: ['demo', '--seed', String(seed), '--chats', String(chats)], settings: ofTheDemo });
  await parley.waitForOutput((line) => line.includes('Ctrl-C'));
  const [key] = parley.stdout.join('\n').match(/[0-9a-f]{32}/);
  const as = { login: 'mara@ashandalder.example', key };
  return { parley, get: (url) => ok(livechat(parley, 'GET', url, { as })) };
}

let company;
before(async () => { company = await found(7); });
after(() => company.parley.stop());

const day = (back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
const ofTheDay = day(2);
// Whatever of a chat does not carry an id.
const words = ({ chats }) => chats.map(({ visitor, started, duration, tags, messages, rate }) =>
  ({ name: visitor.name, started, duration, tags, rate, messages: messages.map(({ text, user_type }) => [user_type, text]) }));

test('as many chats as asked for, two of them still going on', async () => {
  const all = await company.get('/chats?include_pending=1');
  assert.equal(all.total, kChats);
  assert.equal(all.pages, kChats / 25);
  assert.equal(all.chats.filter(({ pending }) => pending).length, 2);
  assert.equal((await company.get(`/chats?include_pending=1&page=${kChats / 25}`)).chats.length, 25);
});

test('the past is some days long, at about five hundred chats a day', async () => {
  const report = await company.get(`/reports/chats/total_chats?group_by=day&date_from=${day(8)}&date_to=${day(1)}`);
  const counts = Object.values(report).map(({ chats }) => chats);
  assert.ok(counts.filter((chats) => chats > 200 && chats < 800).length >= 3, JSON.stringify(report));
  assert.ok(counts.reduce((sum, chats) => sum + chats, 0) > kChats * 0.9);
});

test('reports have something to tell', async () => {
  const month = `date_from=${day(30)}&date_to=${day(0)}&group_by=month`;
  const total = async (url, value) => Object.values(await company.get(`${url}?${month}`)).reduce((sum, row) => sum + value(row), 0);
  const reports = [
    ['/reports/chats/ratings', (row) => row.good],
    ['/reports/chats/ratings', (row) => row.bad],
    ['/reports/chats/queued_visitors', (row) => row.left_queue.count],
    ['/reports/chats/queued_visitors', (row) => row.entered_chat.count],
    ['/reports/chats/first_response_time', (row) => row.first_response_time.count],
    ['/reports/chats/engagement', (row) => row.chats_from_auto_invite],
    ['/reports/chats/greetings', (row) => row.displayed],
    ['/reports/chats/greetings', (row) => row.accepted],
    ['/reports/availability', (row) => row.hours],
    ['/reports/tickets/new_tickets', (row) => row.new_tickets],
    ['/reports/tickets/solved_tickets', (row) => row.solved_tickets],
  ];
  for (const [url, value] of reports) assert.ok((await total(url, value)) > 0, url);
});

test('tickets, goals, greetings, canned responses and tags are there', async () => {
  const tickets = await company.get('/tickets');
  assert.ok(tickets.total > kChats / 100);
  assert.ok((await company.get('/tickets?status=solved')).total > 0);
  const goals = await company.get('/goals');
  assert.deepEqual(goals.map(({ name }) => name).sort(), ['Offer asked for', 'Order placed', 'Sale']);
  assert.ok((await company.get('/chats?has_goal=1')).total > 0);
  assert.ok((await company.get('/chats?has_sale=1')).total > 0);
  assert.equal((await company.get('/greetings')).length, 3);
  assert.ok((await company.get('/canned_responses?group=0')).length > 0);
  assert.ok((await company.get('/tags?group=0')).length > 5);
  assert.ok((await company.get('/chats?tag[]=delivery')).total > 0);
});

test('on the site are those who chat, and nobody of yesterday', async () => {
  const visitors = await company.get('/visitors');
  assert.deepEqual(visitors.map(({ state, chats, visits }) => [state, chats, visits]), [['chatting', 1, 1], ['chatting', 1, 1]]);
  for (const { page_current } of visitors) assert.match(page_current, /^https:\/\/ashandalder\.example\//);
});

test('one seed tells one story, another a different one', async () => {
  const url = `/chats?date_from=${ofTheDay}&date_to=${ofTheDay}`;
  const [same, other] = await Promise.all([found(7), found(8)]);
  const story = words(await company.get(url));
  assert.equal(story.length, 25);
  assert.deepEqual(words(await same.get(url)), story);
  assert.notDeepEqual(words(await other.get(url)), story);
  await Promise.all([same.parley.stop(), other.parley.stop()]);
});

test('a longer past has the shorter one in it', async () => {
  const longer = await found(7, kChats + 600);
  const url = `/chats?date_from=${ofTheDay}&date_to=${ofTheDay}&page=3`;
  assert.deepEqual(words(await longer.get(url)), words(await company.get(url)));
  await longer.parley.stop();
});

test('what makes no company is refused', () => {
  const refused = (...options) => spawnSync(binary, ['demo', ...options], { env: environment(temporaryFolder(), ofTheDemo), encoding: 'utf8' });
  for (const chats of ['1', '0', '-5', '2.5', 'many', '5000001', '']) {
    const { status, stderr } = refused('--chats', chats);
    assert.equal(status, 2);
    assert.match(stderr, /--chats must be a whole number from 2 to 5000000/, chats);
  }
});

test('Ctrl-C ends the making, and nothing is left', { timeout: 60_000 }, async () => {
  const folder = path.join(temporaryFolder(), 'tmp');
  mkdirSync(folder);
  const making = spawn(binary, ['demo', '--chats', '200000'], { env: { ...environment(folder, ofTheDemo), TMPDIR: folder }, stdio: 'pipe' });
  let said = '';
  making.stderr.on('data', (text) => { said += text; });
  await new Promise((resolve) => making.stderr.once('data', resolve));  // the first line of progress
  assert.match(said, /\d+ of 200000 chats, \d+ a second, .* left/);
  making.kill('SIGINT');
  const [status] = await new Promise((resolve) => making.once('exit', (...how) => resolve(how)));
  assert.equal(status, 1);
  assert.match(said, /ended before its company was complete/);
  assert.deepEqual(readdirSync(folder), []);
});
