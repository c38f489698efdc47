// Bodies larger than anybody may hold, made as they are sent and told by their digest; and a workspace of a few routes.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';

export const megabyte = 1 << 20;

// `megabytes` blocks, none like another.
export function* blocks(megabytes) {
  const block = Buffer.alloc(megabyte, 'parley ');
  for (let i = 0; i < megabytes; i += 1) {
    block.writeUInt32BE(i, 0);
    yield Buffer.from(block);
  }
}

export function digestOf(chunks) {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

export async function digestOfStream(stream) {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

// Writes as fast as the other side takes it; false when it went away before the end.
export async function send(stream, chunks) {
  for (const chunk of chunks) {
    if (stream.destroyed) return false;
    if (stream.write(chunk)) continue;
    const over = new AbortController();
    const room = ['drain', 'close'].map((event) => once(stream, event, { signal: over.signal }));
    await Promise.race(room).catch(() => undefined);
    over.abort();
  }
  return !stream.destroyed;
}

// The most memory a process has had resident, in bytes.
export function peakMemory(pid) {
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

// One request; its answer as soon as the head is there. `body`: what is written before the request ends, or nothing to
// write it oneself on `request`.
export function ask(server, method, path, { headers = {}, body, agent } = {}) {
  const request = http.request(server + path, { method, headers, agent });
  const answer = new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
  });
  answer.catch(() => undefined); // whoever awaits it hears it
  request.on('error', () => undefined); // a server that has answered early may reset what is still sent
  if (body) send(request, body).then((whole) => whole && request.end());
  else if (body === null) request.end();
  return { request, answer };
}

export async function textOf(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

// A workspace that has the routes it is given, "POST /api/v1/livechat/upload/R1": (request, response) => ..., and no other.
export class SmallWorkspace {
  static async start() {
    const workspace = new SmallWorkspace();
    workspace.server = http.createServer((request, response) => workspace.#take(request, response));
    await new Promise((resolve) => workspace.server.listen(0, '127.0.0.1', resolve));
    workspace.url = `http://127.0.0.1:${workspace.server.address().port}`;
    return workspace;
  }

  routes = {};
  asked = []; // "GET /api/v1/me?fields=x"

  #take(request, response) {
    const name = `${request.method} ${request.url.split('?')[0]}`;
    this.asked.push(`${request.method} ${request.url}`);
    request.on('error', () => undefined); // of those that are cut
    const route = this.routes[name];
    if (route) return route(request, response);
    request.resume();
    return answerJson(response, 404, { success: false, error: 'not here' });
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export function answerJson(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
