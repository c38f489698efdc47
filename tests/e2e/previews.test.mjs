// Pictures: uploaded as a form, kept for good, shown to everybody at the address that is answered.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertRefusal, basic, livechat, ok } from './support/livechat.mjs';
import { owner, Parley } from './support/parley.mjs';
import { livechatSpec } from './support/schemas.mjs';

let parley;
before(async () => {
  parley = await Parley.start();
});
after(() => parley.stop());

const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

async function upload(type, fields, as = owner) {
  const form = new FormData();
  for (const [name, bytes] of Object.entries(fields)) form.append(name, new Blob([bytes]), 'me.jpg');
  const response = await fetch(`${parley.server}/previews/${type}`, { method: 'POST', body: form, headers: as ? { Authorization: basic(as) } : {} });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}

for (const type of ['_eye_catcher_', '_avatar_', '_logo_', '_greeting_', '_button_'])
  test(`a picture for ${type} is served where the answer says`, async () => {
    const answer = await ok(upload(type, { image: gif }));
    livechatSpec.assertAnswer('PreviewsPost', answer);
    const host = new URL(parley.server).host;
    assert.ok(answer.path.startsWith(`${host}/`), answer.path);
    assert.ok(answer.path.endsWith('.gif'));
    const shown = await fetch(`http://${answer.path}`);
    assert.equal(shown.status, 200);
    assert.equal(shown.headers.get('content-type'), 'image/gif');
    assert.match(shown.headers.get('content-disposition'), /^inline/);
    assert.deepEqual(Buffer.from(await shown.arrayBuffer()), gif);
  });

test('what is no picture, no form or of no type is refused', async () => {
  const refused = await upload('_avatar_', { image: Buffer.from('<svg onload="alert(1)"/>') });
  assertRefusal(refused, 400);
  assert.deepEqual(refused.json.errors, ['image must be a PNG, JPEG, GIF or WebP picture']);
  const missing = await upload('_avatar_', { file: gif });
  assertRefusal(missing, 400);
  assert.deepEqual(missing.json.errors, ['image is required']);
  assertRefusal(await upload('_avatar_', { image: Buffer.concat([gif, Buffer.alloc(5 << 20)]) }), 400);
  assertRefusal(await upload('_banner_', { image: gif }), 404);
  assertRefusal(await upload('_avatar_', { image: gif }, null), 401);
  for (const body of [{}, { image: 'x' }, undefined, new URLSearchParams({ image: 'x' })])
    assertRefusal(await livechat(parley, 'POST', '/previews/_avatar_', { body }), 400);
  const truncated = '--b\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\nGIF89a';
  assertRefusal(await livechat(parley, 'POST', '/previews/_avatar_', { body: truncated, headers: { 'Content-Type': 'multipart/form-data; boundary=b' } }), 400);
});
