// What the published validators refuse, Parley refuses, and nothing else: requests generated from each validator's schema
// get the same verdict from both, save the numbered exceptions of validators.yaml.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import yaml from 'js-yaml';
import { Parley, repository, run } from './support/parley.mjs';
import { publishedValidators } from './support/published.mjs';
import { RocketChat } from './support/rocketchat.mjs';
import { bodiesFor, queriesFor } from './support/samples.mjs';

const { routes, unpublished, unused, ownWords, exceptions } = yaml.load(readFileSync(path.join(repository, 'tests/e2e/validators.yaml'), 'utf8'));
const published = publishedValidators();
const { operations } = JSON.parse(run(['routes', '--face', 'rocketchat', '--json']).stdout);
const served = operations.filter((row) => row.served === 'native');

let parley, administrator;
before(async () => {
  parley = await Parley.start();
  administrator = await RocketChat.login(parley);
});
after(() => parley.stop());

// What stands in the place of a path parameter; the records need not exist.
const pathValues = { type: 'agent' };
const filled = (template) => template.replace('/api/v1/', '').replace(/\{([^}]*)\}/g, (_, name) => pathValues[name] ?? 'nothing');

const requestsFor = (method, schema) => (method === 'GET' ? queriesFor(schema) : bodiesFor(schema).map((value) => ({ value })));

async function answerTo({ method, path: template }, { value, text }) {
  const ask = () => (method === 'GET' ? administrator.call('GET', `${filled(template)}?${text}`) : administrator.call(method, filled(template), value));
  const answer = await ask();
  if (answer.status !== 401) return answer;
  administrator = await RocketChat.login(parley);  // a request has ended the session
  return ask();
}

const refusedByParley = ({ status, json }) => status === 400 && ['invalid-params', 'error-invalid-params'].includes(json?.errorType);
const agrees = (id, fits, answer) => refusedByParley(answer) !== fits || (!fits && id in ownWords && answer.status === 400);

// `refused`: by Parley, and not by the validator; or the other way round.
const used = new Set();
function isExcused(id, request, refused) {
  const found = exceptions.find(({ routes: ids, parley: verdict, when = '' }) =>
    (ids === 'all' || [ids].flat().includes(id)) && verdict === (refused ? 'refuses' : 'accepts') && new RegExp(when).test(JSON.stringify(request.value)));
  if (found) used.add(found);
  return found !== undefined;
}

for (const operation of served.filter(({ id }) => routes[id]))
  test(operation.id, async () => {
    const validator = published[routes[operation.id]];
    const requests = requestsFor(operation.method, validator.schema);
    const differing = [];
    const verdicts = new Set();
    for (const request of requests) {
      const fits = validator(structuredClone(request.value));
      const answer = await answerTo(operation, request);
      assert.ok(answer.status < 500 && answer.status !== 401, `${JSON.stringify(request)}: ${answer.status} ${answer.text}`);
      verdicts.add(fits);
      if (agrees(operation.id, fits, answer) || isExcused(operation.id, request, fits)) continue;
      differing.push(`${fits ? 'fits' : `refused (${validator.errors.map(({ message }) => message)})`}: ${request.text ?? JSON.stringify(request.value)}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    assert.deepEqual(verdicts, new Set([true, false]), 'both valid and invalid requests are tried');
    assert.deepEqual(differing, []);
  });

test('every numbered exception is still needed', () => {
  const ids = new Set(served.map(({ id }) => id));
  const idle = exceptions.filter((exception) => !used.has(exception) && (exception.routes === 'all' || [exception.routes].flat().some((id) => ids.has(id))));
  assert.deepEqual(idle.map(({ number }) => number), []);
});

test('every served route is listed, with its validator or without', () => {
  assert.deepEqual(served.filter(({ id }) => !(id in routes) && !unpublished.includes(id)).map(({ id }) => id), []);
});

test('every published validator of the livechat routes is used', () => {
  const named = new Set([...Object.values(routes), ...Object.keys(unused)]);
  const ofLivechat = Object.keys(published).filter((name) => /^is.*(livechat|omnichannel)/i.test(name) && published[name].schema);
  assert.deepEqual(ofLivechat.filter((name) => !named.has(name)), []);
});
