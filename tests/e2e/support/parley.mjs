// The program under test: started on free ports with a data folder of its own, awaited by its ready line.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const binary = path.resolve(repository, process.env.PARLEY_BINARY ?? 'build/parley');

export const owner = { login: 'owner@acme.test', key: '0123456789abcdef0123456789abcdef' };
export const admin = { username: 'admin', password: 'first-administrator' };
export const adminKey = 'operators-only-key';

// A folder that goes away when the tests of the file have ended.
const folders = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
export function temporaryFolder() {
  const folder = mkdtempSync(path.join(tmpdir(), 'parley-e2e-'));
  folders.push(folder);
  return folder;
}

// Secrets go by the environment: on the command line they would draw a warning.
export function environment(folder, settings = {}) {
  const variables = {
    server__listen: '127.0.0.1:0',
    admin__listen: '127.0.0.1:0',
    admin__key: adminKey,
    store__url: `sqlite:${folder}/parley.db`,
    data__directory: folder,
    auth__bootstrap__login: owner.login,
    auth__bootstrap__key: owner.key,
    embedded__admin__password: admin.password,
    ...settings,
  };
  const named = Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [`PARLEY_${key.toUpperCase()}`, value]);
  return { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR ?? '/tmp', ...Object.fromEntries(named) };
}

// PARLEY_ROUND_TRIP: every Parley under test stands in front of another one, which is its Rocket.Chat workspace, with a
// counterpart between them that refuses what Rocket.Chat's published validators would refuse. With the value `limited` the
// workspace takes ten calls a second of each route from the gateway's account (and as many from every client's address,
// save the few a minute it takes of some routes anyway), with `community` it is of that edition; a version, `6.4`, is the
// one it is like.
const roundTrip = process.env.PARLEY_ROUND_TRIP;
export const inFrontOfLimited = roundTrip === 'limited';
export const inFrontOfOlder = /^\d+\.\d+$/.test(roundTrip ?? '');
const likeVersion = inFrontOfOlder ? { embedded__compat_version: `${roundTrip}.0` } : {};
export const inFrontOfAWorkspace = roundTrip !== undefined;
export const inFrontOfPremium = inFrontOfAWorkspace && roundTrip !== 'community';

async function call({ server }, path, session, body) {
  const headers = session ? { 'X-Auth-Token': session.authToken, 'X-User-Id': session.userId } : {};
  const answer = await fetch(`${server}/api/v1/${path}`, body ? { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) } : { headers });
  if (answer.status !== 200) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

const sessionAt = async (workspace, user, password) => (await call(workspace, 'login', undefined, { user, password })).data;

// An account that may do whatever an administrator may, save ask as often as it likes.
async function limitedAccount(workspace, administrator) {
  const { update } = await call(workspace, 'permissions.listAll', administrator);
  const permissions = update.filter(({ roles }) => roles.includes('admin')).map(({ _id, roles }) => ({ _id, roles: _id === 'api-bypass-rate-limit' ? ['admin'] : [...new Set([...roles, 'app'])] }));
  await call(workspace, 'permissions.update', administrator, { permissions });
  await call(workspace, 'settings/API_Enable_Rate_Limiter_Limit_Time_Default', administrator, { value: 1000 });
  const [username, password] = ['parley-gateway', 'gateway-password-1'];
  const { users } = await call(workspace, 'users.list?count=0', administrator);
  const made = users.some((user) => user.username === username); // before the workspace was restarted
  if (!made) await call(workspace, 'users.create', administrator, { name: 'Parley', username, email: 'gateway@acme.test', password, roles: ['user', 'app'] });
  return sessionAt(workspace, username, password);
}

export class Parley {
  static async start(options = {}) {
    const { command = ['serve'], settings = {} } = options;
    if (!roundTrip || command[0] !== 'serve' || settings.backend__kind) return Parley.#start(options);
    return Parley.startInFront({ limited: inFrontOfLimited, ...options, settings: { ...(roundTrip === 'community' ? { embedded__edition: 'community' } : {}), ...likeVersion, ...settings } });
  }

  // One on a workspace, which is another one with the embedded backend: both as `settings` say.
  static async startInFront({ folder = temporaryFolder(), settings = {}, cwd, limited = false } = {}) {
    const { Counterpart } = await import('./counterpart.mjs');
    const workspaceFolder = path.join(folder, 'workspace');
    mkdirSync(workspaceFolder, { recursive: true });
    const { server__listen, admin__listen, store__url, data__directory, ...shared } = settings;
    const workspace = await Parley.#start({ folder: workspaceFolder, settings: limited ? { ...shared, embedded__rate_limit__enabled: 'true' } : shared, cwd });
    const first = await sessionAt(workspace, settings.embedded__admin__username ?? admin.username, settings.embedded__admin__password ?? admin.password);
    const { userId, authToken } = limited ? await limitedAccount(workspace, first) : first;
    const counterpart = await Counterpart.start(workspace.server, authToken);
    // Visitors have addresses of their own, see support/rocketchat.mjs.
    const proxies = limited ? { server__trusted_proxies: '127.0.0.1' } : {};
    const account = { ...proxies, backend__kind: 'rocketchat', backend__url: counterpart.url, backend__user_id: userId, backend__auth_token: authToken };
    const parley = await Parley.#start({ folder, settings: { ...account, ...settings }, cwd });
    return Object.assign(parley, { workspace, counterpart });
  }

  static async #start({ folder = temporaryFolder(), settings = {}, command = ['serve'], cwd = repository } = {}) {
    const parley = new Parley(folder);
    parley.process = spawn(binary, command, { cwd, env: environment(folder, settings), stdio: ['ignore', 'pipe', 'pipe'] });
    parley.exit = once(parley.process, 'exit').then(([code, signal]) => ({ code, signal }));
    parley.stderrClosed = once(parley.process.stderr, 'close');
    readline.createInterface({ input: parley.process.stderr }).on('line', (line) => parley.#hear(line));
    readline.createInterface({ input: parley.process.stdout }).on('line', (line) => parley.#read(line));
    const ready = await Promise.race([parley.waitForOutput((line) => line.startsWith('{"event":"ready"')), parley.exit]);
    if (typeof ready !== 'string') throw new Error(`parley ended before it was ready, ${JSON.stringify(ready)}:\n${parley.stderr.join('\n')}`);
    Object.assign(parley, { ready: JSON.parse(ready) });
    parley.server = parley.ready.server;
    parley.admin = parley.ready.admin;
    return parley;
  }

  constructor(folder) {
    this.folder = folder;
    this.stdout = [];
    this.stderr = [];
    this.waiting = [];
  }

  #read(line) {
    this.stdout.push(line);
    this.#wake();
  }
  #hear(line) {
    this.stderr.push(line);
    this.#wake();
  }
  #wake() {
    this.waiting = this.waiting.filter(({ lines, wanted, resolve }) => {
      const line = this[lines].find(wanted);
      if (line !== undefined) resolve(line);
      return line === undefined;
    });
  }
  #waitFor(lines, wanted) {
    return new Promise((resolve) => {
      this.waiting.push({ lines, wanted, resolve });
      this.#wake();
    });
  }

  waitForOutput(wanted) {
    return this.#waitFor('stdout', wanted);
  }
  // The first log line, as an object, that `wanted` accepts.
  async waitForLog(wanted) {
    return JSON.parse(await this.#waitFor('stderr', (line) => line.startsWith('{') && wanted(JSON.parse(line))));
  }

  signal(name) {
    this.process.kill(name);
  }
  // Ends the program as an operator does; its exit.
  async stop(signal = 'SIGTERM') {
    this.process.kill(signal);
    const exit = await this.exit;
    await this.stderrClosed;
    await this.workspace?.stop();
    await this.counterpart?.stop();
    return exit;
  }
}

// A command that runs to its end.
export function run(words, { folder = temporaryFolder(), settings = {}, cwd = repository } = {}) {
  const result = spawnSync(binary, words, { cwd, env: environment(folder, settings), encoding: 'utf8' });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr, folder };
}
