// Mail that leaves: every test reads what a real SMTP server received.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { livechat } from './support/livechat.mjs';
import { Parley } from './support/parley.mjs';
import { RocketChat, Visitor } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';
import { Smtp } from './support/smtp.mjs';

let parley, smtp, administrator, anonymous;
before(async () => {
  smtp = await Smtp.start({ refuses: ['nobody@x.test'] });
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  anonymous = new RocketChat(parley, {});
  await useServer(smtp);
  await set('From_Email', 'Acme Support <support@acme.test>');
  await set('Livechat_accept_chats_with_no_agents', true);
});
after(async () => {
  await parley.stop();
  await smtp.stop();
});

const set = (id, value) => administrator.post(`settings/${id}`, { value });
async function useServer({ port }) {
  await set('SMTP_Host', '127.0.0.1');
  await set('SMTP_Port', String(port));
}

async function chat(token, name = 'Bob') {
  const visitor = new Visitor(parley, token);
  await visitor.register({ name, email: `${token}@x.test` });
  await visitor.open();
  await visitor.say('Grüße, wo ist meine <Bestellung>?');
  return visitor;
}

// The mails that arrived since `before`.
async function newMails(count, before) {
  return (await smtp.mails(before + count)).slice(before);
}

test('a transcript is mailed while the visitor waits', async () => {
  const visitor = await chat('now');
  await administrator.post('chat.sendMessage', { message: { rid: visitor.room._id, msg: 'On its way 😀' } });
  const before = smtp.files().length;
  const answer = await anonymous.post('livechat/transcript', { rid: visitor.room._id, token: 'now', email: 'bob@x.test', subject: 'Ihr Gespräch' });
  rocketchatSpec.assertAnswer('POST livechat/transcript', answer);
  assert.equal(smtp.files().length, before + 1, 'the mail is out before the answer');
  const [mail] = await newMails(1, before);
  assert.deepEqual([mail.from, mail.to], ['support@acme.test', ['bob@x.test']]);
  assert.equal(mail.headers.from, 'Acme Support <support@acme.test>');
  assert.equal(mail.headers.subject, 'Ihr Gespräch');
  assert.match(mail.text, /^You \(.* UTC\):\nGrüße, wo ist meine <Bestellung>\?\n\n.+ \(.* UTC\):\nOn its way 😀\n/);
  assert.match(mail.html, /wo ist meine &lt;Bestellung&gt;\?/);
  const { messages } = await anonymous.get(`livechat/messages.history/${visitor.room._id}?token=now`);
  assert.ok(messages.some(({ t }) => t === 'livechat_transcript_history'));
});

test('a client of the LiveChat face has it mailed, running or ended', async () => {
  const visitor = await chat('api');
  const { chats } = (await livechat(parley, 'GET', '/chats?include_pending=1&query=Bestellung')).json;
  const { id } = chats.find(({ visitor: { email } }) => email === 'api@x.test');
  for (const ended of [false, true]) {
    if (ended) await visitor.close();
    const before = smtp.files().length;
    const answer = await livechat(parley, 'POST', `/chats/${id}/send_transcript`, { body: new URLSearchParams({ to: 'boss@x.test' }) });
    assert.equal(answer.text, '{"result":"E-mail has been sent to boss@x.test."}');
    const [mail] = await newMails(1, before);
    assert.deepEqual(mail.to, ['boss@x.test']);
    assert.match(mail.text, /wo ist meine <Bestellung>/);
  }
  for (const [path, body, status] of [[id, { to: 'nobody' }, 400], [id, {}, 400], ['ZZZZZZZZZZ', { to: 'boss@x.test' }, 404]])
    assert.equal((await livechat(parley, 'POST', `/chats/${path}/send_transcript`, { body })).status, status);
});

test('a transcript goes to nobody but whom the chat belongs to', async () => {
  const visitor = await chat('own');
  await chat('other');
  const before = smtp.files().length;
  const refusals = [
    [{ token: 'other', email: 'eve@x.test' }, 'error-invalid-room'],
    [{ token: 'unknown', email: 'eve@x.test' }, 'error-invalid-token'],
    [{ token: 'own', email: 'bob@x.test\r\nBcc: eve@x.test' }, 'error-invalid-email'],
  ];
  for (const [body, error] of refusals) {
    const answer = await anonymous.call('POST', 'livechat/transcript', { rid: visitor.room._id, ...body });
    assert.equal(answer.status, 400);
    assert.equal(answer.json.error, error);
  }
  assert.equal(smtp.files().length, before);
});

test('who asks for a transcript is told when it could not be sent', async () => {
  const visitor = await chat('refused');
  const answer = await anonymous.call('POST', 'livechat/transcript', { rid: visitor.room._id, token: 'refused', email: 'nobody@x.test' });
  assert.equal(answer.status, 400);
  assert.deepEqual(answer.json, { success: false, message: 'Error sending livechat transcript' });
  const { detail, reason } = await parley.waitForLog(({ event }) => event === 'mail.failed');
  assert.match(`${reason} ${detail}`, /550/);
});

test('a transcript asked for before is mailed when the chat closes', async () => {
  const visitor = await chat('later');
  const path = `livechat/transcript/${visitor.room._id}`;
  rocketchatSpec.assertAnswer('POST livechat/transcript/{rid}', await administrator.post(path, { email: 'bob@x.test', subject: 'First' }));
  rocketchatSpec.assertAnswer('DELETE livechat/transcript/{rid}', await administrator.ok('DELETE', path));
  await administrator.post(path, { email: 'bob@x.test', subject: 'Later' });
  const before = smtp.files().length;
  await visitor.close();
  const [mail] = await newMails(1, before);
  assert.equal(mail.headers.subject, 'Later');
  assert.match(mail.text, /wo ist meine/);
});

test('a mail server that is down never holds up the closing', async () => {
  const down = await Smtp.start();
  await down.stop();
  await useServer(down);
  const visitor = await chat('down');
  await administrator.post('livechat/room.closeByUser', {
    rid: visitor.room._id, comment: 'done', transcriptEmail: { sendToVisitor: true, requestData: { email: 'bob@x.test', subject: 'Down' } },
  });
  await parley.waitForLog(({ event, reason }) => event === 'mail.failed' && /cannot be reached/.test(reason));
  assert.equal((await administrator.get(`rooms.info?roomId=${visitor.room._id}`)).room.open, undefined);
  await useServer(smtp);
});

test('the server may want a login; passwords stay out of the log', async () => {
  const guarded = await Smtp.start({ login: ['parley', 'smtp-secret-1'] });
  await useServer(guarded);
  const visitor = await chat('login');
  const wanted = { rid: visitor.room._id, token: 'login', email: 'bob@x.test' };
  assert.equal((await anonymous.call('POST', 'livechat/transcript', wanted)).status, 400);
  await set('SMTP_Username', 'parley');
  await set('SMTP_Password', 'smtp-secret-1');
  await anonymous.post('livechat/transcript', wanted);
  assert.equal((await guarded.mails(1))[0].login, 'parley');
  assert.ok(!parley.stderr.join('\n').includes('smtp-secret-1'));
  await set('SMTP_Username', '');
  await set('SMTP_Password', '');
  await useServer(smtp);
  await guarded.stop();
});

test('whether mail can be sent is told', async () => {
  const configured = await administrator.get('smtp.check');
  rocketchatSpec.assertAnswer('GET smtp.check', configured);
  assert.equal(configured.isSMTPConfigured, true);
  await set('SMTP_Host', '');
  assert.equal((await administrator.get('smtp.check')).isSMTPConfigured, false);
  await useServer(smtp);
});

test('a message left while nobody is there reaches the department', async () => {
  await set('Livechat_offline_email', 'night@acme.test');
  const { department } = await administrator.post('livechat/department', {
    department: { name: 'Sales', enabled: true, email: 'sales@acme.test', showOnRegistration: true, showOnOfflineForm: true },
  });
  const before = smtp.files().length;
  const left = { name: 'Bob', email: 'bob@x.test', message: 'Ist jemand da?\nHallo?' };
  const answer = await anonymous.post('livechat/offline.message', { ...left, department: department._id, host: 'https://acme.test' });
  rocketchatSpec.assertAnswer('POST livechat/offline.message', answer);
  await anonymous.post('livechat/offline.message', left);
  const [sales, night] = await newMails(2, before);
  assert.deepEqual([sales.to, night.to], [['sales@acme.test'], ['night@acme.test']]);
  assert.equal(sales.headers['reply-to'], 'bob@x.test');
  assert.match(sales.text, /Ist jemand da\?\nHallo\?/);
  assert.match(sales.headers.subject, /^Livechat offline message from Bob: Ist jemand da\?/);
  await set('Livechat_display_offline_form', false);
  const refused = await anonymous.call('POST', 'livechat/offline.message', left);
  assert.deepEqual([refused.status, refused.json.error], [400, 'Error sending livechat offline message']);
  await set('Livechat_display_offline_form', true);
});

test('users are mailed, each with their own words, until they unsubscribe', async () => {
  const before = smtp.files().length;
  const { user } = await administrator.post('users.create', { username: 'reader', name: 'Rita Reader', email: 'rita@acme.test', password: 'reader-password-1', verified: true });
  const letter = { from: 'news@acme.test', subject: 'Neuigkeiten – März', body: '<p>Dear [name]</p>[unsubscribe]', query: JSON.stringify({ username: 'reader' }) };
  rocketchatSpec.assertAnswer('POST mailer', await administrator.post('mailer', letter));
  const [mail] = await newMails(1, before);
  assert.deepEqual(mail.to, ['rita@acme.test']);
  assert.equal(mail.headers.subject, letter.subject);
  assert.match(mail.html, /<p>Dear Rita Reader<\/p>/);
  const [, id, createdAt] = mail.text.match(/\/mailer\/unsubscribe\/(\w+)\/(\d+)/) ?? assert.fail(mail.text);
  assert.equal(id, user._id);
  rocketchatSpec.assertAnswer('POST mailer.unsubscribe', await administrator.post('mailer.unsubscribe', { _id: id, createdAt }));
  await administrator.post('mailer', letter);
  await administrator.post('mailer', { ...letter, query: JSON.stringify({ username: 'admin' }) });
  const [next] = await newMails(1, before + 1);
  assert.notDeepEqual(next.to, ['rita@acme.test']);
  assert.equal(smtp.files().length, before + 2);
});

test('a mailbox sends a test through its own server', async () => {
  const box = await Smtp.start({ login: ['box', 'box-secret-1'] });
  const server = { server: '127.0.0.1', port: box.port, username: 'box', password: 'box-secret-1', secure: false };
  const saved = await administrator.post('email-inbox', { name: 'Help', email: 'help@acme.test', active: true, senderInfo: 'Acme Hilfe', smtp: server, imap: server });
  rocketchatSpec.assertAnswer('POST email-inbox', saved);
  const list = await administrator.get('email-inbox.list');
  rocketchatSpec.assertAnswer('GET email-inbox.list', list);
  const one = await administrator.get(`email-inbox/${saved._id}`);
  rocketchatSpec.assertAnswer('GET email-inbox/{_id}', one);
  assert.equal(one.smtp.port, box.port);
  const found = await administrator.get('email-inbox.search?email=help@acme.test');
  rocketchatSpec.assertAnswer('GET email-inbox.search', found);
  assert.equal(found.emailInbox._id, saved._id);
  assert.ok(!JSON.stringify([list, one, found]).includes('box-secret-1'));
  rocketchatSpec.assertAnswer('POST email-inbox.send-test/{_id}', await administrator.post(`email-inbox.send-test/${saved._id}`));
  const [mail] = await box.mails(1);
  assert.deepEqual([mail.from, mail.login, mail.headers.from], ['help@acme.test', 'box', 'Acme Hilfe <help@acme.test>']);
  rocketchatSpec.assertAnswer('DELETE email-inbox/{_id}', await administrator.ok('DELETE', `email-inbox/${saved._id}`));
  assert.equal((await administrator.call('GET', `email-inbox/${saved._id}`)).status, 404);
  assert.ok(!parley.stderr.join('\n').includes('box-secret-1'));
  await box.stop();
});
