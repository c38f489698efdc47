// A private authority and certificates of it, made by the commands of docs/migrating.md.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { repository, temporaryFolder } from './parley.mjs';

const documented = 'api.livechatinc.com';

// The lines of a block of the page that begins with `first`, joined where they end with a backslash.
export function commandsOf(page, first) {
  const lines = readFileSync(path.join(repository, 'docs', page), 'utf8').split('\n');
  const begin = lines.findIndex((line) => line.startsWith(`    ${first}`));
  assert.notEqual(begin, -1, `${page} has no block that begins with ${first}`);
  const length = lines.slice(begin).findIndex((line) => !line.startsWith('    '));
  return lines.slice(begin, begin + length).map((line) => line.slice(4)).join('\n');
}

function shell(folder, commands) {
  execFileSync('bash', ['-euc', commands], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

export class Authority {
  constructor() {
    this.folder = temporaryFolder();
    shell(this.folder, commandsOf('migrating.md', 'openssl req -x509'));
    this.file = path.join(this.folder, 'authority.pem');
    this.certificate = readFileSync(this.file, 'utf8');
  }

  // A new certificate for `name` (as a subjectAltName) in files of its own; with whom it belongs to under `label`.
  issue(name = 'IP:127.0.0.1', label = 'server') {
    const commands = commandsOf('migrating.md', 'openssl req -newkey')
      .replaceAll(`DNS:${documented}`, name)
      .replaceAll(documented, label);
    shell(this.folder, commands);
    return { certificate: path.join(this.folder, `${label}.pem`), key: path.join(this.folder, `${label}.key`) };
  }
}

// The settings of a gateway that serves with these files.
export const servingWith = ({ certificate, key }) => ({ server__tls__certificate: certificate, server__tls__key: key });

// One request inside TLS, on a connection of its own unless an agent is given: status, headers, text, json, and the fingerprint of who answered.
export function secureRequest(url, { ca, method = 'GET', headers = {}, body, agent = false, servername } = {}) {
  return new Promise((resolve, reject) => {
    const request = https.request(url, { ca, method, headers, agent, servername }, async (response) => {
      const chunks = [];
      const peer = response.socket.getPeerCertificate().fingerprint256;
      for await (const chunk of response) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode, headers: response.headers, text, json: /^[{[]/.test(text) ? JSON.parse(text) : undefined, peer });
    });
    request.on('error', reject);
    request.end(body);
  });
}
