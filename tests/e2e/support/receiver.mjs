// Somebody else's HTTP service for the tests, on a free port of this machine: keeps what it is sent, answers what it is
// told.
import http from 'node:http';
import { once } from 'node:events';

export class Receiver {
  static async start() {
    const receiver = new Receiver();
    receiver.server = http.createServer((request, response) => receiver.#take(request, response));
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server, 'listening');
    receiver.port = receiver.server.address().port;
    receiver.url = `http://127.0.0.1:${receiver.port}`;
    return receiver;
  }

  constructor() {
    this.requests = [];
    this.answer = { status: 200, body: '' };
  }

  // {method, url, headers, body} of every request so far are in `requests`. `answer`: {status, body, headers}, body as
  // JSON unless it is a text; or a function of the request answering that; undefined never answers.
  say(answer) {
    this.requests = [];
    this.answer = answer;
  }

  async #take(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const seen = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(parts).toString() };
    this.requests.push(seen);
    const answer = typeof this.answer === 'function' ? this.answer(seen) : this.answer;
    if (answer === undefined) return;
    response.writeHead(answer.status ?? 200, answer.headers);
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}));
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
