// What passes through to a workspace, and from it, is never held: neither in memory nor in time.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { Parley } from './support/parley.mjs';
import { SmallWorkspace, answerJson, ask, blocks, digestOf, digestOfStream, megabyte, peakMemory, send, textOf } from './support/streams.mjs';

const upload = '/api/v1/livechat/upload/R1';
const file = '/file-upload/f1/film.bin';
const size = 200; // MB
const most = 256; // MB, of an upload
const whole = digestOf(blocks(size));
// What a process may need beyond what small requests made it need: buffers, and the C library's arenas.
const mayGrow = 24 * megabyte;

let parley, workspace;
before(async () => {
  workspace = await SmallWorkspace.start();
  parley = await Parley.start({
    settings: {
      backend__kind: 'rocketchat',
      backend__url: workspace.url,
      backend__user_id: 'u1',
      backend__auth_token: 'token',
      backend__max_upload_bytes: String(most * megabyte),
      server__shards: '1',
    },
  });
  for (let i = 0; i < 20; i += 1) await textOf(await ask(parley.server, 'POST', '/api/v1/nothing', { body: [Buffer.alloc(1000)] }).answer);
});
beforeEach(() => {
  workspace.routes = {};
  workspace.asked = [];
});
after(async () => {
  await parley.stop();
  await workspace.stop();
});

// What the workspace got of an upload, when it has got all.
function takeUpload() {
  return new Promise((resolve) => {
    workspace.routes[`POST ${upload}`] = async (request, response) => {
      const digest = await digestOfStream(request);
      answerJson(response, 200, { success: true });
      resolve({ digest, headers: request.headers });
    };
  });
}

const lengths = { 'of known length': { 'content-length': size * megabyte }, 'in chunks': { 'transfer-encoding': 'chunked' } };

for (const [how, headers] of Object.entries(lengths)) {
  test(`a file of ${size} MB goes up ${how}, in bounded memory`, async () => {
    const taken = takeUpload();
    const before = peakMemory(parley.process.pid);
    const { answer } = ask(parley.server, 'POST', upload, { headers: { ...headers, 'content-type': 'multipart/form-data; boundary=b' }, body: blocks(size) });
    const response = await answer;
    assert.equal(response.statusCode, 200);
    assert.deepEqual(JSON.parse(await textOf(response)), { success: true });
    const { digest, headers: seen } = await taken;
    assert.equal(digest, whole);
    assert.equal(seen['content-length'], headers['content-length']?.toString());
    assert.equal(seen['transfer-encoding'], headers['transfer-encoding']);
    assert.equal(seen['content-type'], 'multipart/form-data; boundary=b');
    const grown = peakMemory(parley.process.pid) - before;
    assert.ok(grown < mayGrow, `grew by ${grown} bytes`);
  });

  test(`a file of ${size} MB comes down ${how}, in bounded memory`, async () => {
    workspace.routes[`GET ${file}`] = async (request, response) => {
      response.writeHead(200, { ...headers, 'content-type': 'video/x-film' });
      await send(response, blocks(size));
      response.end();
    };
    const before = peakMemory(parley.process.pid);
    const response = await ask(parley.server, 'GET', file, { body: null }).answer;
    assert.equal(response.headers['content-type'], 'video/x-film');
    assert.equal(response.headers['content-length'], headers['content-length']?.toString());
    assert.equal(await digestOfStream(response), whole);
    assert.ok(response.complete);
    const grown = peakMemory(parley.process.pid) - before;
    assert.ok(grown < mayGrow, `grew by ${grown} bytes`);
  });
}

test('the first bytes of a file are there before the last are sent', async () => {
  let goOn;
  const waits = new Promise((resolve) => (goOn = resolve));
  workspace.routes[`GET ${file}`] = async (request, response) => {
    response.writeHead(200, { 'content-type': 'video/x-film', 'content-length': 100_000 });
    response.write(Buffer.alloc(1000, 'a'));
    await waits;
    response.end(Buffer.alloc(99_000, 'b'));
  };
  const response = await ask(parley.server, 'GET', file, { body: null }).answer;
  const [first] = await once(response, 'data');
  assert.equal(first.toString(), 'a'.repeat(1000));
  goOn();
  assert.equal((await textOf(response)).length, 99_000);
});

test('the first bytes of an upload are there before the last are sent', async () => {
  const began = new Promise((resolve) => {
    workspace.routes[`POST ${upload}`] = async (request, response) => {
      resolve((await once(request, 'data'))[0].toString());
      request.resume();
      await once(request, 'end');
      answerJson(response, 200, { success: true });
    };
  });
  const { request, answer } = ask(parley.server, 'POST', upload, { headers: { 'content-length': 100_000 } });
  request.write('a'.repeat(1000));
  assert.equal(await began, 'a'.repeat(1000));
  request.end('b'.repeat(99_000));
  assert.equal((await answer).statusCode, 200);
});

test('a long list of the API passes as it comes too', async () => {
  const text = JSON.stringify({ users: Array.from({ length: 20_000 }, (_, i) => ({ _id: `u${i}`, name: 'Somebody' })), success: true });
  workspace.routes['GET /api/v1/users.list'] = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-ratelimit-remaining': '9' });
    response.end(text);
  };
  const response = await ask(parley.server, 'GET', '/api/v1/users.list?count=0', { body: null }).answer;
  assert.equal(response.headers['x-ratelimit-remaining'], '9');
  assert.equal(await textOf(response), text);
});

test('up, down and small over one connection', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set();
  for (let round = 0; round < 3; round += 1) {
    const taken = takeUpload();
    const up = ask(parley.server, 'POST', upload, { agent, headers: { 'transfer-encoding': 'chunked' }, body: blocks(2) });
    up.request.on('socket', (socket) => sockets.add(socket));
    await textOf(await up.answer);
    assert.equal((await taken).digest, digestOf(blocks(2)));
    workspace.routes[`GET ${file}`] = async (request, response) => {
      response.writeHead(200, { 'content-type': 'video/x-film' });
      await send(response, blocks(3));
      response.end();
    };
    const down = ask(parley.server, 'GET', file, { agent, body: null });
    down.request.on('socket', (socket) => sockets.add(socket));
    assert.equal(await digestOfStream(await down.answer), digestOf(blocks(3)));
    const small = ask(parley.server, 'GET', '/api/v1/nothing', { agent, body: null });
    small.request.on('socket', (socket) => sockets.add(socket));
    assert.equal((await textOf(await small.answer)).length > 0, true);
  }
  assert.equal(sockets.size, 1);
  agent.destroy();
});

test('HEAD has the length, 304 and 204 no body', async () => {
  workspace.routes[`HEAD ${file}`] = (request, response) => {
    response.writeHead(200, { 'content-type': 'video/x-film', 'content-length': 5 * megabyte });
    response.end();
  };
  workspace.routes[`GET ${file}`] = (request, response) => {
    response.writeHead(request.headers['if-none-match'] === '"x"' ? 304 : 204, { etag: '"x"' });
    response.end();
  };
  const head = await ask(parley.server, 'HEAD', file, { body: null }).answer;
  assert.equal(head.headers['content-length'], String(5 * megabyte));
  assert.equal(await textOf(head), '');
  const same = await ask(parley.server, 'GET', file, { body: null, headers: { 'if-none-match': '"x"' } }).answer;
  assert.deepEqual([same.statusCode, same.headers.etag, await textOf(same)], [304, '"x"', '']);
  const none = await ask(parley.server, 'GET', file, { body: null }).answer;
  assert.deepEqual([none.statusCode, await textOf(none)], [204, '']);
});

// ---- what goes wrong

for (const [how, headers] of Object.entries(lengths)) {
  test(`a workspace that resets in the middle of a file ${how} gives no complete answer`, async () => {
    workspace.routes[`GET ${file}`] = async (request, response) => {
      response.writeHead(200, { ...headers, 'content-type': 'video/x-film' });
      await send(response, blocks(3));
      request.socket.resetAndDestroy();
    };
    const response = await ask(parley.server, 'GET', file, { body: null }).answer;
    assert.equal(response.statusCode, 200);
    await assert.rejects(digestOfStream(response), /aborted|ECONNRESET/);
    assert.equal(response.complete, false);
    const line = await parley.waitForLog(({ event, error, bytes_out }) => event === 'request' && error === 'bad_gateway' && bytes_out > 0);
    assert.equal(line.status, 200);
  });
}

test('a refusal that comes early is passed on, and ends the upload', async () => {
  for (const status of [401, 413]) {
    const ended = new Promise((resolve) => {
      workspace.routes[`POST ${upload}`] = (request, response) => {
        request.once('data', () => answerJson(response, status, { success: false, error: 'not this' }));
        request.socket.on('close', resolve);
      };
    });
    const { request, answer } = ask(parley.server, 'POST', upload, { headers: { 'content-length': size * megabyte } });
    request.write(Buffer.alloc(1000));
    const response = await answer;
    assert.equal(response.statusCode, status);
    assert.equal(response.headers.connection, 'close');
    assert.deepEqual(JSON.parse(await textOf(response)), { success: false, error: 'not this' });
    await ended;
    request.destroy();
  }
});

test('a refusal is heard while the file is being sent as fast as it goes', async () => {
  workspace.routes[`POST ${upload}`] = (request, response) => {
    request.once('data', () => {
      request.pause();
      answerJson(response, 413, { success: false, error: 'not this' });
    });
  };
  const { request, answer } = ask(parley.server, 'POST', upload, { headers: { 'content-length': size * megabyte } });
  const sending = send(request, blocks(size));
  const response = await answer;
  assert.equal(response.statusCode, 413);
  request.destroy();
  await sending;
});

test('"Expect: 100-continue" is given when the workspace is there to take the body', async () => {
  const taken = takeUpload();
  const { request, answer } = ask(parley.server, 'POST', upload, { headers: { 'content-length': megabyte, expect: '100-continue' } });
  request.flushHeaders();
  await once(request, 'continue');
  request.end([...blocks(1)][0]);
  assert.equal((await answer).statusCode, 200);
  const { digest, headers } = await taken;
  assert.equal(digest, digestOf(blocks(1)));
  assert.equal(headers.expect, undefined);
});

test('a client that goes ends its upload at the workspace', async () => {
  let request;
  await new Promise((resolve) => {
    workspace.routes[`POST ${upload}`] = (incoming) => {
      incoming.once('data', () => request.destroy());
      incoming.once('aborted', resolve);
      incoming.resume();
    };
    ({ request } = ask(parley.server, 'POST', upload, { headers: { 'content-length': size * megabyte } }));
    request.write(Buffer.alloc(1000));
  });
});

test('a client that goes ends its download at the workspace', async () => {
  const ended = new Promise((resolve) => {
    workspace.routes[`GET ${file}`] = async (request, response) => {
      response.on('close', () => resolve(response.writableFinished));
      response.writeHead(200, { 'content-type': 'video/x-film' });
      await send(response, blocks(size));
      response.end();
    };
  });
  const { request, answer } = ask(parley.server, 'GET', file, { body: null });
  await once(await answer, 'data');
  request.destroy();
  assert.equal(await ended, false);
});

test('who reads slowly slows down the workspace, and nobody else', async () => {
  let written = 0;
  workspace.routes[`GET ${file}`] = async (request, response) => {
    response.writeHead(200, { 'content-type': 'video/x-film', 'content-length': size * megabyte });
    const counted = function* () {
      for (const block of blocks(size)) {
        written += block.length;
        yield block;
      }
    };
    await send(response, counted());
    response.end();
  };
  const response = await ask(parley.server, 'GET', file, { body: null }).answer;
  response.pause();
  for (let i = 0; i < 50; i += 1) await textOf(await ask(parley.server, 'GET', '/api/v1/nothing', { body: null }).answer);
  assert.ok(written < 64 * megabyte, `${written} bytes were taken`);
  assert.equal(await digestOfStream(response), whole);
});

test('who takes slowly slows down the client, and nobody else', async () => {
  let began;
  const begun = new Promise((resolve) => (began = resolve));
  let goOn;
  const waits = new Promise((resolve) => (goOn = resolve));
  const taken = new Promise((resolve) => {
    workspace.routes[`POST ${upload}`] = async (request, response) => {
      began();
      await waits;
      resolve(await digestOfStream(request));
      answerJson(response, 200, { success: true });
    };
  });
  let sent = 0;
  const counted = function* () {
    for (const block of blocks(size)) {
      sent += block.length;
      yield block;
    }
  };
  const { answer } = ask(parley.server, 'POST', upload, { headers: { 'content-length': size * megabyte }, body: counted() });
  await begun;
  for (let i = 0; i < 50; i += 1) await textOf(await ask(parley.server, 'GET', '/api/v1/nothing', { body: null }).answer);
  assert.ok(sent < 64 * megabyte, `${sent} bytes were taken`);
  goOn();
  assert.equal(await taken, whole);
  assert.equal((await answer).statusCode, 200);
});

test('limits hold: by the declared length before the workspace is asked, else in the middle', async () => {
  const declared = ask(parley.server, 'POST', upload, { headers: { 'content-length': most * megabyte + 1 } });
  declared.request.flushHeaders();
  assert.equal((await declared.answer).statusCode, 413);
  declared.request.destroy();
  assert.ok(!workspace.asked.includes(`POST ${upload}`));

  const aborted = new Promise((resolve) => {
    workspace.routes['POST /api/v1/users.setAvatar'] = (request) => {
      request.once('aborted', resolve);
      request.resume();
    };
  });
  const chunked = ask(parley.server, 'POST', '/api/v1/users.setAvatar', { headers: { 'transfer-encoding': 'chunked' } });
  const sending = send(chunked.request, blocks(40));
  const response = await chunked.answer;
  assert.equal(response.statusCode, 413);
  assert.equal(JSON.parse(await textOf(response)).success, false);
  await aborted;
  chunked.request.destroy();
  await sending;
});

// ---- what Parley looks into

test('a chat is looked at before the writer of a file is answered', async () => {
  const taken = takeUpload();
  const response = await ask(parley.server, 'POST', upload, { headers: { 'content-length': megabyte }, body: blocks(1) }).answer;
  assert.equal(response.statusCode, 200);
  await taken;
  const at = workspace.asked.indexOf(`POST ${upload}`);
  assert.ok(workspace.asked.slice(at + 1).some((asked) => /^GET \/api\/v1\/rooms\.info\?.*R1/.test(asked)), workspace.asked.join(', '));
});

test('a body that becomes an event is read whole first', async () => {
  const seen = new Promise((resolve) => {
    workspace.routes['POST /api/v1/livechat/message'] = async (request, response) => {
      const text = await textOf(request);
      answerJson(response, 200, { success: true });
      resolve({ text, length: request.headers['content-length'] });
    };
  });
  const body = Buffer.from(JSON.stringify({ token: 't', rid: 'R1', msg: 'x'.repeat(100_000) }));
  const response = await ask(parley.server, 'POST', '/api/v1/livechat/message', { headers: { 'transfer-encoding': 'chunked', 'content-type': 'application/json' }, body: [body] }).answer;
  assert.equal(response.statusCode, 200);
  const { text, length } = await seen;
  assert.equal(text, body.toString());
  assert.equal(length, String(body.length)); // nothing was sent on before its length was known
});
