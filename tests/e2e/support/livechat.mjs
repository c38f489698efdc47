// Clients of the LiveChat face: the published one, and bare requests for what it cannot send.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { owner } from './parley.mjs';

const LiveChatApi = createRequire(import.meta.url)('livechatapi').LiveChatApi;

// The npm client with promises: `await client.agents.list({})`. It reports failures as {error: <body>}.
export function publishedClient(parley, { login, key } = owner) {
  const api = new LiveChatApi(login, key, 2, `${parley.server}/`);
  const promised = (resource) =>
    new Proxy(resource, {
      get: (target, name) => (...given) =>
        new Promise((resolve) => target[name](...given, resolve)),
    });
  return new Proxy(api, { get: (target, name) => promised(target[name]) });
}

export const basic = ({ login, key }) => `Basic ${Buffer.from(`${login}:${key}`).toString('base64')}`;

// One request; `body` may be an object (JSON), a string or a Buffer (as it is) or URLSearchParams (form).
export async function livechat(parley, method, path, { as = owner, body, headers = {} } = {}) {
  const all = { 'X-API-Version': '2', ...(as ? { Authorization: basic(as) } : {}) };
  let bytes = body;
  if (body !== undefined && typeof body === 'object' && !(body instanceof URLSearchParams || body instanceof Uint8Array)) {
    all['Content-Type'] = 'application/json';
    bytes = JSON.stringify(body);
  }
  Object.assign(all, headers);
  const response = await fetch(parley.server + path, { method, headers: all, body: bytes });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function ok(promise) {
  const answer = await promise;
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
}

// The shape every refusal has, whatever else it says.
export function assertRefusal(answer, status) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get('content-type'), /^application\/json/);
  assert.equal(answer.json.code, status);
  assert.equal(typeof answer.json.message, 'string');
  if (status === 400) {
    assert.ok(Array.isArray(answer.json.errors) && answer.json.errors.length > 0, answer.text);
    assert.ok(answer.json.errors.every((text) => typeof text === 'string'));
  } else {
    assert.equal(typeof answer.json.error, 'string', answer.text);
  }
}
