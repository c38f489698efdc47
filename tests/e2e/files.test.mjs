// Files in chats, up and down: bytes that come back are compared with those that went.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Parley } from './support/parley.mjs';
import { RocketChat, Visitor } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';

let parley, administrator;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
  await set('Livechat_accept_chats_with_no_agents', true);
});
after(() => parley.stop());

const set = (id, value) => administrator.post(`settings/${id}`, { value });
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

async function chat(token) {
  const visitor = new Visitor(parley, token);
  await visitor.register({ name: token });
  await visitor.open();
  return visitor;
}

async function upload(route, bytes, { name = 'note.txt', type = 'text/plain', headers = {}, fields = {} } = {}) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('file', new Blob([bytes], { type }), name);
  const response = await fetch(`${parley.server}/api/v1/${route}`, { method: 'POST', headers, body: form });
  const text = await response.text();
  return { status: response.status, json: text.startsWith('{') ? JSON.parse(text) : undefined, text };
}

const uploadAs = (visitor, bytes, options = {}) =>
  upload(`livechat/upload/${visitor.room._id}`, bytes, { headers: { 'x-visitor-token': visitor.token }, ...options });

const readingAs = (visitor) => `?rc_token=${visitor.token}&rc_rid=${visitor.room._id}&rc_room_type=l`;
const download = (link, headers = {}) => fetch(parley.server + link, { headers });

const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0]), Buffer.from('\r\n--\r\nzzz'),
]);

test('a visitor sends a picture and gets it back', async () => {
  const visitor = await chat('sender');
  const { status, json, text } = await uploadAs(visitor, png, { name: 'Bildschirm 1.png', type: 'image/png', fields: { description: 'Mein Bildschirm', msg: 'Schau' } });
  assert.equal(status, 200, text);
  rocketchatSpec.assertAnswer('POST livechat/upload/{rid}', json);
  const [attachment] = json.attachments;
  assert.deepEqual(attachment.image_dimensions, { width: 3, height: 2 });
  assert.equal(attachment.description, 'Mein Bildschirm');
  assert.equal(json.msg, 'Schau');
  const response = await download(attachment.title_link + readingAs(visitor));
  assert.equal(response.status, 200);
  assert.equal(digest(Buffer.from(await response.arrayBuffer())), digest(png));
  assert.equal(response.headers.get('content-type'), 'image/png');
  assert.equal(response.headers.get('content-disposition'), "attachment; filename*=UTF-8''Bildschirm%201.png");
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  const { message } = await visitor.api.get(`livechat/message/${json._id}?token=sender&rid=${visitor.room._id}`);
  assert.equal(message.fileUpload.size, png.length);
  const part = await download(attachment.title_link + readingAs(visitor), { Range: 'bytes=1-3' });
  assert.equal(part.status, 206);
  assert.equal(await part.text(), 'PNG');
});

test('files are for those who may read the chat', async () => {
  const visitor = await chat('owner');
  const stranger = await chat('stranger');
  const link = (await uploadAs(visitor, 'secret')).json.attachments[0].title_link;
  const stolen = `?rc_token=stranger&rc_rid=${visitor.room._id}&rc_room_type=l`;
  for (const query of ['', readingAs(stranger), stolen, '?rc_uid=rocket.cat&rc_token=x']) assert.equal((await download(link + query)).status, 403, query);
  assert.equal((await download(`/file-upload/unknown/note.txt${readingAs(visitor)}`)).status, 404);
  assert.equal(await (await download(link, administrator.session)).text(), 'secret');
  const cookies = `rc_uid=${administrator.userId}; rc_token=${administrator.session['X-Auth-Token']}`;
  assert.equal(await (await download(link, { Cookie: cookies })).text(), 'secret');
  assert.equal((await upload(`livechat/upload/${visitor.room._id}`, 'x', { headers: { 'x-visitor-token': 'stranger' } })).status, 403);
});

test('an agent sends files in one step and in two', async () => {
  const visitor = await chat('reader');
  const headers = administrator.session;
  const one = await upload(`rooms.upload/${visitor.room._id}`, '%PDF-1.4', { name: 'offer.pdf', type: 'application/pdf', headers, fields: { msg: 'Our offer' } });
  assert.equal(one.status, 200, one.text);
  rocketchatSpec.assertAnswer('POST rooms.upload/{rid}', one.json);
  assert.equal(await (await download(one.json.message.attachments[0].title_link + readingAs(visitor))).text(), '%PDF-1.4');

  const kept = await upload(`rooms.media/${visitor.room._id}`, 'voice', { name: 'voice.mp3', type: 'audio/mpeg', headers });
  assert.equal(kept.status, 200, kept.text);
  rocketchatSpec.assertAnswer('POST rooms.media/{rid}', kept.json);
  assert.equal((await download(kept.json.file.url + readingAs(visitor))).status, 403);
  const sent = await administrator.post(`rooms.mediaConfirm/${visitor.room._id}/${kept.json.file._id}`, { msg: 'Listen', description: 'A voice' });
  rocketchatSpec.assertAnswer('POST rooms.mediaConfirm/{rid}/{fileId}', sent);
  assert.equal(sent.message.attachments[0].audio_type, 'audio/mpeg');
  assert.equal(await (await download(kept.json.file.url + readingAs(visitor))).text(), 'voice');
  const { messages } = await visitor.api.get(`livechat/messages.history/${visitor.room._id}?token=reader`);
  assert.deepEqual(messages.filter(({ file }) => file).map(({ file }) => file.name), ['voice.mp3', 'offer.pdf']);
});

test('the settings decide at once what is too large and which types there are', async () => {
  const visitor = await chat('limits');
  const large = Buffer.alloc(12 * 1024 * 1024, 'x');  // beyond what other requests may have
  const whole = await uploadAs(visitor, large, { name: 'large.bin', type: 'application/octet-stream' });
  assert.equal(whole.status, 200, whole.text);
  const response = await download(whole.json.attachments[0].title_link + readingAs(visitor));
  assert.equal(digest(Buffer.from(await response.arrayBuffer())), digest(large));
  await set('FileUpload_MaxFileSize', 1024);
  assert.deepEqual((await uploadAs(visitor, 'x'.repeat(1025))).json, { success: false, reason: 'error-size-not-allowed', sizeAllowed: '1 KB' });
  const refused = await uploadAs(visitor, large).catch((error) => error);
  assert.ok(refused instanceof Error || refused.status === 413 || refused.status === 400);
  await set('FileUpload_MaxFileSize', 104857600);
  await set('FileUpload_MediaTypeWhiteList', 'image/*');
  assert.deepEqual((await uploadAs(visitor, 'x')).json, { success: false, reason: 'error-type-not-allowed' });
  await set('FileUpload_MediaTypeWhiteList', '');
});

test('broken forms are refused', async () => {
  const visitor = await chat('broken');
  for (const body of ['', '--b', '--b\r\n\r\n--b--', '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nno file\r\n--b--']) {
    const response = await fetch(`${parley.server}/api/v1/livechat/upload/${visitor.room._id}`, {
      method: 'POST', headers: { 'x-visitor-token': 'broken', 'Content-Type': 'multipart/form-data; boundary=b' }, body,
    });
    assert.equal(response.status, 400);
    assert.deepEqual(await response.json(), { success: false, error: 'Invalid file' });
  }
});

test('files lie below the data directory under ids, and go with their room', async () => {
  const visitor = await chat('erased');
  const { json } = await uploadAs(visitor, 'on disk', { name: '../../escape.txt' });
  const folder = path.join(parley.folder, 'uploads', visitor.room._id);
  assert.deepEqual(readdirSync(folder), [json.file._id]);
  assert.equal(readFileSync(path.join(folder, json.file._id), 'utf8'), 'on disk');
  assert.equal(json.file.name, 'escape.txt');
  await administrator.post('livechat/rooms.delete', { roomId: visitor.room._id });
  assert.ok(!existsSync(folder));
  assert.equal((await download(json.attachments[0].title_link, administrator.session)).status, 404);
});

test('a hard restart keeps what was acknowledged', async () => {
  const first = await Parley.start();
  const boss = await RocketChat.login(first);
  await boss.post('settings/Livechat_accept_chats_with_no_agents', { value: true });
  const visitor = new Visitor(first, 'kept');
  await visitor.register();
  await visitor.open();
  const form = new FormData();
  form.append('file', new Blob(['kept'], { type: 'text/plain' }), 'kept.txt');
  const sent = await fetch(`${first.server}/api/v1/livechat/upload/${visitor.room._id}`, { method: 'POST', headers: { 'x-visitor-token': 'kept' }, body: form });
  const [{ title_link: link }] = (await sent.json()).attachments;
  await first.stop('SIGKILL');
  const second = await Parley.start({ folder: first.folder });
  assert.equal(await (await fetch(second.server + link + readingAs(visitor))).text(), 'kept');
  await second.stop();
});
