// A mail server for the tests: Debian's aiosmtpd on a free port, which writes what it receives into a folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { temporaryFolder } from './parley.mjs';

// Each mail becomes one file, complete under its name: the envelope, an empty line, the bytes as they came.
const program = `
import asyncio, json, os, sys
from aiosmtpd.smtp import SMTP, AuthResult
folder, options = sys.argv[1], json.loads(sys.argv[2])
count = 0
class Keep:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in options.get('refuses', []):
            return '550 no such mailbox'
        envelope.rcpt_tos.append(address)
        return '250 OK'
    async def handle_DATA(self, server, session, envelope):
        global count
        count += 1
        name = os.path.join(folder, '%04d' % count)
        login = session.auth_data.login.decode() if session.auth_data else None
        with open(name + '.partial', 'wb') as out:
            out.write(json.dumps({'from': envelope.mail_from, 'to': envelope.rcpt_tos, 'login': login}).encode() + b'\\n')
            out.write(envelope.content)
        os.rename(name + '.partial', name + '.eml')
        return '250 kept'
def authenticate(server, session, envelope, mechanism, data):
    right = [data.login.decode(), data.password.decode()] == options.get('login')
    return AuthResult(success=right, auth_data=data)
def make():
    login = 'login' in options
    return SMTP(Keep(), authenticator=authenticate if login else None, auth_required=login, auth_require_tls=False)
async def serve():
    server = await asyncio.get_running_loop().create_server(make, '127.0.0.1', options.get('port', 0))
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
asyncio.run(serve())
`;

export class Smtp {
  // options: login [name, password] that is required; refuses: addresses; port.
  static async start(options = {}) {
    const smtp = new Smtp(temporaryFolder());
    smtp.process = spawn('/usr/bin/python3', ['-W', 'ignore', '-c', program, smtp.folder, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
    smtp.exit = once(smtp.process, 'exit');
    const [first] = await Promise.race([
      once(readline.createInterface({ input: smtp.process.stdout }), 'line'),
      smtp.exit.then(([code]) => Promise.reject(new Error(`the mail server ended with ${code}: is python3-aiosmtpd installed?`))),
    ]);
    smtp.port = Number(first);
    return smtp;
  }

  constructor(folder) {
    this.folder = folder;
  }

  files() {
    return readdirSync(this.folder).filter((name) => name.endsWith('.eml')).sort();
  }

  // The mails so far, once there are `count` of them.
  async mails(count) {
    if (this.files().length < count) {
      const watcher = watch(this.folder);
      await new Promise((resolve) => {
        const look = () => this.files().length >= count && resolve();
        watcher.on('change', look);
        look();
      });
      watcher.close();
    }
    return this.files().map((name) => readMail(readFileSync(path.join(this.folder, name))));
  }

  async stop() {
    this.process.kill();
    await this.exit;
  }

  get running() {
    return existsSync(`/proc/${this.process.pid}`);
  }
}

function decodeWords(text) {
  return text.replace(/\r\n[ \t]+/g, ' ').replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, bytes) => Buffer.from(bytes, 'base64').toString());
}

function decodeBody(text, encoding) {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString();
  if (encoding !== 'quoted-printable') return text;
  const bytes = text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

function split(text) {
  const end = text.indexOf('\r\n\r\n');
  const headers = {};
  for (const line of text.slice(0, end).split(/\r\n(?![ \t])/)) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = decodeWords(line.slice(colon + 1).trim());
  }
  return { headers, body: text.slice(end + 4) };
}

// {from, to, login, headers, text, html} of a mail as it was received.
function readMail(bytes) {
  const whole = bytes.toString('latin1');
  const line = whole.indexOf('\n');
  const { headers, body } = split(whole.slice(line + 1));
  const mail = { ...JSON.parse(whole.slice(0, line)), headers };
  const [, boundary] = (headers['content-type'] ?? '').match(/boundary="(.*)"/) ?? [];
  const parts = boundary ? body.split(`--${boundary}`).slice(1, -1).map((part) => split(part.slice(2))) : [{ headers, body }];
  for (const part of parts) {
    const decoded = decodeBody(part.body, part.headers['content-transfer-encoding']).replaceAll('\r\n', '\n');
    mail[part.headers['content-type'].startsWith('text/html') ? 'html' : 'text'] = decoded;
  }
  return mail;
}
