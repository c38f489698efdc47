// What stands between a gateway and its workspace in tests: passes everything on, is strict about what the gateway itself
// asks, and makes the faults a network makes.
import assert from 'node:assert/strict';
import http from 'node:http';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import yaml from 'js-yaml';
import { publishedValidators } from './published.mjs';
import { rocketchatSpec } from './schemas.mjs';
import { repository } from './parley.mjs';

const { routes, exceptions } = yaml.load(readFileSync(path.join(repository, 'tests/e2e/validators.yaml'), 'utf8'));
const published = publishedValidators();

// "a=1&b[]=2&b[]=3" as the server reads it: {a: '1', b: ['2', '3']}.
function parsedQuery(text) {
  const query = {};
  for (const [name, value] of new URLSearchParams(text)) {
    if (name.endsWith('[]')) (query[name.slice(0, -2)] ??= []).push(value);
    else query[name] = value;
  }
  return query;
}

// Why the published validator refuses a request; undefined when it does not, or when there is none for its route.
function refusalOf(method, url, body) {
  const [pathname, query = ''] = url.split('?');
  const operation = rocketchatSpec.operationAt(method, pathname);
  if (!operation) return `no spec describes ${method} ${pathname}`;
  const validator = published[routes[operation.operationId]];
  if (!validator) return undefined;
  // An empty body asks whether a route that writes is there, without writing.
  if (method !== 'GET' && ['', '{}'].includes(body)) return undefined;
  const value = method === 'GET' ? parsedQuery(query) : JSON.parse(body);
  if (validator(structuredClone(value))) return undefined;
  const excused = exceptions.some(({ routes: ids, parley, when = '' }) =>
    parley === 'accepts' && (ids === 'all' || [ids].flat().includes(operation.operationId)) && new RegExp(when).test(JSON.stringify(value)));
  return excused ? undefined : `${method} ${url} ${body}: ${validator.errors.map(({ instancePath, message }) => `${instancePath} ${message}`).join(', ')}`;
}

export class Counterpart {
  // `account`: the token the gateway's own requests carry.
  static async start(target, account) {
    const counterpart = new Counterpart(target, account);
    counterpart.server = http.createServer((request, response) => counterpart.#take(request, response));
    await new Promise((resolve) => counterpart.server.listen(0, '127.0.0.1', resolve));
    counterpart.url = `http://127.0.0.1:${counterpart.server.address().port}`;
    return counterpart;
  }

  constructor(target, account) {
    this.lead(target);
    this.account = account;
    this.refusals = [];
    this.own = []; // what the gateway itself asked: "GET livechat/rooms"
    this.fault = () => undefined;
  }

  // Where everything goes from now on.
  lead(target) {
    this.target = new URL(target);
  }

  // `fault({name, own, body})` may answer 'reset' (the workspace never sees it), 'cut' (the answer ends in the middle),
  // 'hang' (there is none), {status, headers, body} in the workspace's place, {late: promise} (the workspace does it at
  // once, its answer waits), {drip: turn} (its answer comes byte by byte, each after `await turn(index, length)`), or a
  // promise of one of these.
  async #take(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const own = request.headers['x-auth-token'] === this.account;
    const name = `${request.method} ${request.url.replace('/api/v1/', '').split('?')[0]}`;
    if (own) {
      this.own.push(name);
      const refusal = refusalOf(request.method, request.url, body.toString());
      if (refusal) this.refusals.push(refusal);
    }
    const fault = await this.fault({ name, own, body: body.toString() });
    if (fault === 'hang') return undefined;
    if (fault === 'reset') return request.socket.resetAndDestroy();
    if (fault?.status) {
      response.writeHead(fault.status, fault.headers ?? {});
      return response.end(fault.body ?? '');
    }
    return this.#pass(request, body, response, fault);
  }

  async #drip(response, whole, turn) {
    for (let i = 0; i < whole.length && !response.destroyed; ++i) {
      await turn(i, whole.length);
      response.write(whole.subarray(i, i + 1));
    }
    response.end();
  }

  #pass(request, body, response, fault) {
    const { connection, ...headers } = request.headers;
    const upstream = http.request(
      { host: this.target.hostname, port: this.target.port, method: request.method, path: request.url, headers: { ...headers, host: this.target.host } },
      async (answer) => {
        const chunks = [];
        for await (const chunk of answer) chunks.push(chunk);
        const whole = Buffer.concat(chunks);
        await fault?.late;
        const { connection: hop, 'transfer-encoding': coding, ...fields } = answer.headers;
        response.writeHead(answer.statusCode, { ...fields, ...(whole.length > 0 ? { 'content-length': whole.length } : {}) });
        if (fault?.drip) return this.#drip(response, whole, fault.drip);
        if (fault !== 'cut') return response.end(whole);
        response.write(whole.subarray(0, Math.floor(whole.length / 2)), () => response.destroy());
      },
    );
    upstream.on('error', () => response.destroy());
    upstream.end(body);
  }

  // A gateway that asked what Rocket.Chat would refuse has failed its test.
  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    assert.deepEqual(this.refusals, []);
  }
}
