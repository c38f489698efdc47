// docker/nginx/parley.conf as it is, but for addresses and files: nginx in front of Parley and a stand-in for the workspace.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { after, before, test } from 'node:test';
import { Authority, secureRequest } from './support/certificates.mjs';
import { basic } from './support/livechat.mjs';
import { admin, owner, Parley, repository, run, temporaryFolder } from './support/parley.mjs';

// What the workspace is to nginx: it says who it is and what it was told, and echoes over WebSockets.
class Workspace {
  static async start() {
    const workspace = new Workspace();
    workspace.server = http.createServer(async (request, response) => {
      let size = 0;
      for await (const chunk of request) size += chunk.length;
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ workspace: request.url, method: request.method, headers: request.headers, size }));
    });
    workspace.server.on('upgrade', (request, socket, head) => {
      const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nX-Path: ${request.url}\r\n\r\n`);
      socket.write(head);
      socket.pipe(socket);
    });
    workspace.server.listen(0, '127.0.0.1');
    await once(workspace.server, 'listening');
    return workspace;
  }
  get address() {
    return `127.0.0.1:${this.server.address().port}`;
  }
  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function replaced(text, [from, to]) {
  assert.ok(text.includes(from), `parley.conf has no ${from}`);
  return text.replaceAll(from, to);
}

class Nginx {
  static async start(authority, upstreams) {
    const nginx = new Nginx();
    nginx.folder = temporaryFolder();
    chmodSync(nginx.folder, 0o755); // as root, nginx gives its workers to somebody else
    // The port is bound here and handed over, so that it is free and clients may connect at once.
    const listening = net.createServer();
    listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address();
    nginx.url = `https://127.0.0.1:${port}`;
    const certificates = ['chat.example.com', 'api.livechatinc.com'].map((name) => [name, authority.issue(`DNS:${name}`, name)]);
    const conf = [
      ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
      ['server parley:8080', `server ${upstreams.parley}`],
      ['server rocketchat:3000', `server ${upstreams.workspace}`],
      ...certificates.flatMap(([name, { certificate, key }]) => [[`/etc/nginx/tls/${name}.pem`, certificate], [`/etc/nginx/tls/${name}.key`, key]]),
    ].reduce(replaced, readFileSync(path.join(repository, 'docker/nginx/parley.conf'), 'utf8'));
    writeFileSync(path.join(nginx.folder, 'parley.conf'), conf);
    mkdirSync(path.join(nginx.folder, 'tmp'));
    chmodSync(path.join(nginx.folder, 'tmp'), 0o777);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${nginx.folder}/tmp/${kind};`).join('\n');
    nginx.file = path.join(nginx.folder, 'nginx.conf');
    writeFileSync(nginx.file, `daemon off; worker_processes 1; pid ${nginx.folder}/nginx.pid; error_log stderr warn;
      events {} http { access_log off; ${temporary} include ${nginx.folder}/parley.conf; }`);
    nginx.process = spawn('nginx', ['-p', nginx.folder, '-c', nginx.file], {
      env: { PATH: `${process.env.PATH}:/usr/sbin`, NGINX: '3;' }, stdio: ['ignore', 'ignore', 'pipe', listening._handle.fd],
    });
    nginx.complaints = '';
    nginx.process.stderr.on('data', (bytes) => (nginx.complaints += bytes));
    nginx.exit = once(nginx.process, 'exit');
    await once(nginx.process, 'spawn');
    listening.close();
    return nginx;
  }
  async stop() {
    this.process.kill('SIGTERM');
    await this.exit;
  }
}

function hasNginx() {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore', env: { PATH: `${process.env.PATH}:/usr/sbin` } });
    return true;
  } catch {
    return false;
  }
}
const skip = hasNginx() ? false : 'nginx is not installed; tools/setup test installs it';

let authority, parley, workspace, nginx;
before(async () => {
  if (skip) return;
  authority = new Authority();
  [parley, workspace] = await Promise.all([Parley.start(), Workspace.start()]);
  nginx = await Nginx.start(authority, { parley: new URL(parley.server).host, workspace: workspace.address });
});
after(async () => {
  await nginx?.stop();
  workspace?.stop();
  await parley?.stop();
});

const ask = (target, { name = 'chat.example.com', headers = {}, ...options } = {}) =>
  secureRequest(nginx.url + target, { ca: authority.certificate, servername: name, headers: { Host: name, ...headers }, ...options });
const asOwner = { Authorization: basic(owner) };
const cameToParley = ({ headers }) => headers['x-request-id'] !== undefined;

test('every path of both APIs goes to Parley', { skip }, async () => {
  const { operations } = JSON.parse(run(['routes', '--json']).stdout);
  const paths = new Set(operations.flatMap(({ face, path: template }) => {
    const filled = template.replace(/\{[^}]*\}/g, '1');
    return face === 'livechat' && !filled.startsWith('/v2/') ? [filled, `/v2${filled}`] : [filled];
  }));
  assert.ok(paths.size > 150);
  for (const target of [...paths, '/avatar/somebody', '/livechat', '/livechat/a.js', '/relay/rocketchat'])
    assert.ok(cameToParley(await ask(target)), target);
});

test('the web client and what is close to an API path go to the workspace', { skip }, async () => {
  for (const target of ['/', '/home', '/channel/general', '/admin/info', '/omnichannel/current', '/live/abc', '/agentsmith', '/livechats', '/apis', '/meteor_runtime_config.js', '/sockjs/info?cb=1']) {
    const answer = await ask(target);
    assert.equal(answer.json?.workspace, target, answer.text);
  }
});

test('both faces answer through it', { skip }, async () => {
  const agents = await ask('/agents', { headers: asOwner });
  assert.deepEqual(agents.json.map(({ login }) => login), [owner.login], agents.text);
  assert.equal(agents.json[0].avatar.split('/')[0], 'chat.example.com', 'the host is the client\'s');
  const login = await ask('/api/v1/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ user: admin.username, password: admin.password }) });
  assert.equal(login.json?.status, 'success', login.text);
});

test('the name of LiveChat leads to Parley, all of it', { skip }, async () => {
  const name = 'api.livechatinc.com';
  assert.equal((await ask('/v2/agents', { name, headers: asOwner })).status, 200);
  assert.ok(cameToParley(await ask('/home', { name })));
});

test('who the client is, nobody but nginx says', { skip }, async () => {
  const { json: { headers } } = await ask('/home', { headers: { 'X-Real-IP': '203.0.113.9', 'X-Forwarded-For': '203.0.113.9', 'X-Forwarded-Proto': 'gopher' } });
  assert.deepEqual([headers['x-real-ip'], headers['x-forwarded-for'], headers['x-forwarded-proto'], headers.host],
    ['127.0.0.1', '127.0.0.1', 'https', 'chat.example.com']);
});

test('addresses of files begin with https and the public name', { skip }, async () => {
  const json = { 'Content-Type': 'application/json' };
  const { json: { data } } = await ask('/api/v1/login', { method: 'POST', headers: json, body: JSON.stringify({ user: admin.username, password: admin.password }) });
  const session = { ...json, 'X-Auth-Token': data.authToken, 'X-User-Id': data.userId };
  await ask('/api/v1/settings/Livechat_accept_chats_with_no_agents', { method: 'POST', headers: session, body: '{"value":true}' });
  await ask('/api/v1/livechat/visitor', { method: 'POST', headers: json, body: '{"visitor":{"token":"sender","name":"sender"}}' });
  const { json: { room } } = await ask('/api/v1/livechat/room?token=sender');
  // Larger than nginx takes of itself, smaller than the workspace allows.
  const boundary = 'one-part', content = 'x'.repeat(3 << 20);
  const sent = await ask(`/api/v1/livechat/upload/${room._id}`, {
    method: 'POST', headers: { 'x-visitor-token': 'sender', 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n${content}\r\n--${boundary}--\r\n`,
  });
  assert.equal(sent.status, 200, sent.text);
  const { json: { chats: [chat] } } = await ask('/chats?include_pending=1', { headers: asOwner });
  const [address] = chat.events.find(({ type }) => type === 'attachment').files;
  assert.ok(address.startsWith('https://chat.example.com/file-upload/'), address);
  const file = await ask(`${new URL(address).pathname}?rc_token=sender&rc_rid=${room._id}&rc_room_type=l`);
  assert.deepEqual([file.status, file.text.length], [200, content.length]);
});

for (const target of ['/websocket', '/sockjs/123/abcdefgh/websocket'])
  test(`${target} is upgraded by the workspace and stays open`, { skip }, async () => {
    const { hostname, port } = new URL(nginx.url);
    const socket = tls.connect({ host: hostname, port: Number(port), servername: 'chat.example.com', ca: authority.certificate });
    let received = '';
    const until = (text) => new Promise((resolve) => {
      const look = (bytes) => {
        received += bytes ?? '';
        if (!received.includes(text)) return;
        socket.off('data', look);
        resolve();
      };
      socket.on('data', look);
      look();
    });
    socket.write(`GET ${target} HTTP/1.1\r\nHost: chat.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`);
    await until('\r\n\r\n');
    assert.match(received, /^HTTP\/1\.1 101 /, nginx.complaints);
    assert.ok(received.includes(`X-Path: ${target}`), received);
    for (const text of ['first frame', 'second frame']) {
      socket.write(text);
      await until(text);
    }
    socket.destroy();
  });
