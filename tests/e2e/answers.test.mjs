// Every served route describes its answers, and is driven to one that fits: our own description, and the one in Rocket.Chat's
// published OpenAPI files, save the numbered places of openapi.yaml where that is wrong.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import yaml from 'js-yaml';
import { openapiFolder, openapiIsPresent, readDescriptions } from './support/openapi.mjs';
import { Parley, repository, run } from './support/parley.mjs';
import { Receiver } from './support/receiver.mjs';
import { RocketChat } from './support/rocketchat.mjs';
import { rocketchatSpec } from './support/schemas.mjs';
import { Smtp } from './support/smtp.mjs';
import { driveEverything } from './support/tour.mjs';

const skip = openapiIsPresent ? false : `no published descriptions in ${openapiFolder}`;
const { exceptions, unreachable } = yaml.load(readFileSync(path.join(repository, 'tests/e2e/openapi.yaml'), 'utf8'));

let parley, smtp, receiver, descriptions, served, answers;
before(async () => {
  smtp = await Smtp.start();
  receiver = await Receiver.start();
  parley = await Parley.start({ settings: { outgoing__allow: '127.0.0.1' } });
  descriptions = skip ? undefined : readDescriptions();
  served = JSON.parse(run(['routes', '--face', 'rocketchat', '--json']).stdout).operations.filter((row) => row.served === 'native');
  answers = await driveEverything(await RocketChat.login(parley), parley, new Set(served.map(({ id }) => id)), { smtpPort: smtp.port, receiver });
});
after(async () => {
  await parley?.stop();
  await smtp?.stop();
  await receiver?.stop();
});

const excused = new Set();
function isExcused(id, misfit) {
  const found = exceptions.find(({ routes, misfit: wanted }) => [routes].flat().includes(id) && new RegExp(wanted).test(misfit));
  if (found) excused.add(found);
  return found !== undefined;
}

test('every served route describes its answer', () => {
  const described = ({ id }) => Object.keys(rocketchatSpec.operations.get(id).responses['200']?.schema ?? {}).length > 0;
  assert.deepEqual(served.filter((row) => !described(row)).map(({ id }) => id), []);
});

test('the tour succeeds on its way', () => {
  assert.ok(answers.filter(({ status }) => status === 200).length > 120);
  assert.deepEqual(answers.filter(({ status }) => status >= 500), []);
});

test('every described route that is served answers 200', { skip }, () => {
  const wanted = served.filter(({ id }) => descriptions.described(id)).map(({ id }) => id).filter((id) => !(id in unreachable));
  const missing = wanted.filter((id) => !answers.some((answer) => answer.id === id && answer.status === 200));
  const instead = answers.filter(({ id }) => missing.includes(id)).map(({ id, status, text }) => `${id}: ${status} ${text.slice(0, 200)}`);
  assert.deepEqual(missing, [], instead.join('\n'));
});

test('every answer fits its description', { skip }, () => {
  let checked = 0;
  const misfits = [];
  for (const { id, status, json } of answers) {
    const misfitsOf = descriptions.validatorOf(id, status);
    if (!misfitsOf) continue;
    ++checked;
    for (const misfit of new Set(misfitsOf(json))) if (!isExcused(id, misfit)) misfits.push(`${id} ${status}: ${misfit}`);
  }
  assert.deepEqual([...new Set(misfits)], []);
  assert.ok(checked > 100, `${checked} answers were checked`);
});

test('every numbered exception is still needed', { skip }, () => {
  const routes = new Set(served.map(({ id }) => id));
  const idle = exceptions.filter((exception) => !excused.has(exception) && [exception.routes].flat().some((id) => routes.has(id)));
  assert.deepEqual(idle.map(({ number }) => number), []);
});
