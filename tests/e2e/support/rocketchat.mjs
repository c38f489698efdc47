// A client of the Rocket.Chat face: plain REST, as scripts use it.
import assert from 'node:assert/strict';
import { admin, inFrontOfLimited, inFrontOfOlder } from './parley.mjs';
import { rocketchatSpec } from './schemas.mjs';

// What scripts called before these routes came: realtime methods, by their parameters.
const olderMeans = {
  'livechat/custom-fields.save': ({ customFieldId = null, customFieldData }) => ['livechat:saveCustomField', customFieldId, { regexp: '', searchable: false, ...customFieldData }],
  'livechat/room.closeByUser': ({ rid, comment, ...options }) => ['livechat:closeRoom', rid, comment, { clientAction: true, ...options }],
  'livechat/tags.save': ({ _id = null, tagData, tagDepartments = [] }) => ['livechat:saveTag', _id, tagData, tagDepartments],
  'livechat/tags.delete': ({ id }) => ['livechat:removeTag', id],
};

// Everybody comes from somewhere: a workspace that limits calls counts them by address.
let addresses = 0;
const anAddress = () => ({ 'X-Real-Ip': `10.0.${++addresses >> 8}.${addresses & 255}` });

// Until a limited workspace takes calls of the route again, as it says itself.
const untilReset = ({ headers }) => new Promise((resolve) => setTimeout(resolve, Math.max(0, Number(headers.get('x-ratelimit-reset')) - Date.now())));

export class RocketChat {
  constructor(parley, session) {
    this.base = `${parley.server}/api/v1/`;
    this.session = inFrontOfLimited && !session?.['X-Auth-Token'] ? { ...anAddress(), ...session } : session;
  }

  static async login(parley, username = admin.username, password = admin.password) {
    const answer = await new RocketChat(parley).call('POST', 'login', { user: username, password });
    assert.equal(answer.status, 200, answer.text);
    return new RocketChat(parley, { 'X-Auth-Token': answer.json.data.authToken, 'X-User-Id': answer.json.data.userId });
  }

  get userId() {
    return this.session['X-User-Id'];
  }

  // Every success is held against our own description of the route.
  async call(method, path, body, headers = {}) {
    const response = await fetch(this.base + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...this.session, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (inFrontOfLimited && response.status === 429 && response.headers.has('x-ratelimit-reset')) {
      await untilReset(response);
      return this.call(method, path, body, headers);
    }
    if (inFrontOfOlder && response.status === 404 && olderMeans[path]) return this.#callMethod(...olderMeans[path](body));
    const json = /^[{[]/.test(text) ? JSON.parse(text) : undefined;
    const operation = rocketchatSpec.operationAt(method, `/api/v1/${path}`);
    if (response.status === 200 && operation) rocketchatSpec.assertAnswer(operation.operationId, json);
    return { status: response.status, headers: response.headers, text, json };
  }

  // Its result as a route would answer it; older servers refuse with a success that has an error in it.
  async #callMethod(method, ...params) {
    const message = JSON.stringify({ msg: 'method', id: '1', method, params });
    const answer = await this.call('POST', `method.call/${method}`, { message });
    const { error, result } = JSON.parse(answer.json.message);
    const json = error ? { success: false, error: error.message, errorType: error.error } : { ...(typeof result === 'object' ? result : {}), success: true };
    return { ...answer, status: error ? 400 : 200, text: answer.text, json };
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

// The shape every answer has: a refusal says so, in one of the server's envelopes.
export function assertEnvelope({ status, headers, text, json }) {
  assert.equal(headers.get('content-type'), 'application/json', text);
  if (status < 400) return;
  assert.ok(json && !Array.isArray(json), text);
  if ([404, 405].includes(status) && json.success === undefined) {
    assert.equal(json.status, 'error', text);
    assert.equal(typeof json.message, 'string', text);
    return;
  }
  assert.ok(json.success === false || json.status === 'error', text);
  for (const name of ['error', 'errorType']) assert.ok(json[name] === undefined || typeof json[name] === 'string', text);
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
