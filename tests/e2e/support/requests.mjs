// Requests of any route made from the spec, with something plausible in every required place.
import { makeAvailable, Visitor } from './rocketchat.mjs';

function sample(schema, name, values) {
  if (values[name] !== undefined) return values[name];
  if (schema?.enum) return schema.enum[0];
  switch (schema?.type ?? schema?.['x-parley-types']?.[0]) {
    case 'boolean': return true;
    case 'integer':
    case 'number': return 1;
    case 'array': return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items, name, values));
    case 'object': return objectOf(schema, values);
    default: return 'text';
  }
}

function objectOf(schema, values) {
  const names = Object.keys(schema.properties ?? {}).filter((name) => (schema.required ?? []).includes(name) || values[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, sample(schema.properties[name], name, values)]));
}

// `values`: by name, wherever the operation takes one.
export function sampleBody(operation, values = {}) {
  const body = operation.parameters?.find((parameter) => parameter.in === 'body');
  return body ? sample(body.schema, undefined, values) : {};
}

export function sampleQuery(operation, values = {}) {
  const wanted = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query' && (parameter.required || values[parameter.name] !== undefined));
  return new URLSearchParams(wanted.map((parameter) => [parameter.name, sample(parameter, parameter.name, values)])).toString();
}

// A chat with a text only its visitor and agents may read, and another visitor with a chat of their own.
export async function makeRoom(parley, administrator) {
  await administrator.post('users.create', { email: 'amy@acme.test', name: 'Amy', username: 'amy', password: 'amy-password' });
  await administrator.post('livechat/users/agent', { username: 'amy' });
  await makeAvailable(administrator, 'amy@acme.test');
  const visitor = new Visitor(parley, 'the-visitor');
  const stranger = new Visitor(parley, 'a-stranger');
  for (const each of [visitor, stranger]) {
    await each.register({ name: 'Vera' });
    await each.open();
  }
  const secret = 'between-us-3141';
  const message = await visitor.say(secret);
  const rid = visitor.room._id;
  return { secret, strangersToken: stranger.token, known: { rid, roomId: rid, _id: message._id, visitorId: visitor.visitor._id } };
}
