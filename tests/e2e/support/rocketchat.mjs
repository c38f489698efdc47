// A client of the Rocket.Chat face: plain REST, as scripts use it.
import assert from 'node:assert/strict';
import { admin } from './parley.mjs';

export class RocketChat {
  constructor(parley, session) {
    this.base = `${parley.server}/api/v1/`;
    this.session = session;
  }

  static async login(parley, username = admin.username, password = admin.password) {
    const answer = await new RocketChat(parley).call('POST', 'login', { user: username, password });
    assert.equal(answer.status, 200, answer.text);
    return new RocketChat(parley, { 'X-Auth-Token': answer.json.data.authToken, 'X-User-Id': answer.json.data.userId });
  }

  get userId() {
    return this.session['X-User-Id'];
  }

  async call(method, path, body, headers = {}) {
    const response = await fetch(this.base + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...this.session, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
  }

  // The body of a success.
  async ok(method, path, body) {
    const answer = await this.call(method, path, body);
    assert.equal(answer.status, 200, `${method} ${path}: ${answer.text}`);
    assert.notEqual(answer.json.success, false, answer.text);
    return answer.json;
  }
  get(path) {
    return this.ok('GET', path);
  }
  post(path, body = {}) {
    return this.ok('POST', path, body);
  }
}

// The Rocket.Chat user behind a LiveChat agent.
export async function agentOf(administrator, login) {
  const { users } = await administrator.get(`livechat/users/agent?text=${encodeURIComponent(login)}`);
  const found = users.find((user) => user.emails?.some(({ address }) => address === login));
  assert.ok(found, `no agent ${login} among ${JSON.stringify(users)}`);
  return found;
}

// Present and willing: chats can be routed to them from now on.
export async function makeAvailable(administrator, login) {
  const { _id } = await agentOf(administrator, login);
  await administrator.post('users.setStatus', { userId: _id, status: 'online', message: '' });
  await administrator.post('livechat/agent.status', { agentId: _id, status: 'available' });
  return _id;
}

// A visitor and their chat.
export class Visitor {
  constructor(parley, token) {
    this.api = new RocketChat(parley, {});
    this.token = token;
  }
  async register(members = {}) {
    this.visitor = (await this.api.post('livechat/visitor', { visitor: { token: this.token, ...members } })).visitor;
    return this.visitor;
  }
  async open() {
    this.room = (await this.api.get(`livechat/room?token=${this.token}`)).room;
    return this.room;
  }
  async say(msg) {
    return (await this.api.post('livechat/message', { token: this.token, rid: this.room._id, msg })).message;
  }
  async close() {
    return this.api.post('livechat/room.close', { rid: this.room._id, token: this.token });
  }
}
