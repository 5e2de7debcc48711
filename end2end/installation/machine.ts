// A server to install on: a fresh directory, and a user without rights in it. What needs systemd or root is played by
// shims/; everything else is what the README prints, with the machine's paths put into the directory.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { userInfo, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../fixtures/hub.ts';

const DIST = join(import.meta.dirname, '../../dist');
const FOLDERS = ['home', 'opt', 'etc/ssl', 'etc/systemd/system', 'usr/local/bin', 'var/lib', 'www/shop', 'www/office', 'nginx'];
/** Milliseconds for what an administrator types, on a busy machine. */
const COMMAND_MS = 60_000;

/** The names that the README's examples use. */
export const NAMES = ['chat.acme.example', 'www.acme.example', 'office.acme.example'];

export class Machine {
  #proxy?: ChildProcess;

  private constructor(
    readonly root: string,
    readonly hubPort: number,
    /** Where the proxy answers by TLS, as its user may not listen to 443. */
    readonly tlsPort: number,
    /** Somebody without rights: who runs the tests, or nobody if that is root. */
    readonly user: { uid?: number; gid?: number },
  ) {}

  static async make(): Promise<Machine> {
    const archives = (await readdir(DIST).catch(() => [])).filter((name) => /\.tar\.gz(\.sha256)?$/.test(name));
    if (archives.length !== 2) throw new Error('There is no archive in dist/: `make dist` makes it.');
    const root = await mkdtemp(join(tmpdir(), 'chathub-machine-'));
    const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
    const user = userInfo().uid === 0 ? { uid: id('-u'), gid: id('-g') } : {};
    const machine = new Machine(root, await freePort(), await freePort(), user);
    for (const folder of FOLDERS) await mkdir(join(root, folder), { recursive: true });
    for (const archive of archives) await cp(join(DIST, archive), join(root, 'home', archive));
    await cp(join(import.meta.dirname, 'shims'), join(root, 'shims'), { recursive: true });
    const pair = ['-keyout', here('/etc/ssl/chat.acme.example.key', root), '-out', here('/etc/ssl/chat.acme.example.pem', root)];
    const names = `subjectAltName=${NAMES.map((name) => `DNS:${name}`).join()}`;
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=acme.example', '-addext', names, ...pair], {
      stdio: 'pipe',
    });
    // What the names stand for, and who vouches for them.
    const rules = NAMES.map((name) => `connect-to = "${name}:443:127.0.0.1:${machine.tlsPort}"`);
    await writeFile(join(root, 'home/.curlrc'), [...rules, `cacert = "${pair[3]}"`, ''].join('\n'));
    if (user.uid !== undefined) execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, root]);
    return machine;
  }

  /** Types a piece of the README into a shell. Returns what was printed. */
  async type(piece: string, input = ''): Promise<string> {
    const script = here(piece, this.root);
    const shell = this.#spawn('bash', ['--norc', '-euo', 'pipefail', '-c', script]);
    let printed = '';
    for (const stream of [shell.stdout!, shell.stderr!]) stream.on('data', (data) => (printed += data));
    shell.stdin!.on('error', () => {}).end(input);
    const late = setTimeout(() => shell.kill('SIGKILL'), COMMAND_MS);
    const [code, signal] = await once(shell, 'exit');
    clearTimeout(late);
    if (code !== 0) throw new Error(`This ended with ${code ?? signal}:\n${script}\n${printed}`);
    return printed;
  }

  /** A page of one of the company's web sites. */
  async publish(site: 'shop' | 'office', body: string): Promise<void> {
    await writeFile(join(this.root, 'www', site, 'index.html'), `<!doctype html><html lang="en"><title>Acme</title><body><h1>Acme</h1>${body}</body></html>`);
  }

  /** Starts nginx with a block of the README beside the company's own sites. */
  async proxy(block: string): Promise<void> {
    const { root, hubPort, tlsPort } = this;
    const listen = `listen 127.0.0.1:${tlsPort} ssl;`;
    const keys = `ssl_certificate ${root}/etc/ssl/chat.acme.example.pem; ssl_certificate_key ${root}/etc/ssl/chat.acme.example.key;`;
    const sites = [
      ['www.acme.example', 'shop'],
      ['office.acme.example', 'office'],
    ].map(([name, site]) => `server { ${listen} server_name ${name}; ${keys} root ${root}/www/${site}; location = /favicon.ico { return 204; } }`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${root}/nginx/${kind};`);
    const ours = here(block, root).replaceAll('listen 443 ssl;', listen).replaceAll('127.0.0.1:3000', `127.0.0.1:${hubPort}`);
    const http = `types { text/html html; } access_log off; ${temporary.join(' ')}\n${ours}\n${sites.join('\n')}`;
    await writeFile(join(root, 'nginx/nginx.conf'), `daemon off; pid ${root}/nginx/pid; error_log stderr; events {}\nhttp { ${http} }\n`);
    this.#proxy = this.#spawn('nginx', ['-p', join(root, 'nginx'), '-e', 'stderr', '-c', join(root, 'nginx/nginx.conf')]);
    let log = '';
    this.#proxy.stderr!.on('data', (data) => (log += data));
    await Promise.race([
      this.type(`until curl -sf https://chat.acme.example/healthz; do sleep 0.1; done`),
      once(this.#proxy, 'exit').then(([code]) => Promise.reject(new Error(`nginx ended with ${code}.\n${log}`))),
    ]);
  }

  async remove(): Promise<void> {
    this.#proxy?.kill('SIGTERM');
    const pid = Number(await readFile(join(this.root, 'pid'), 'utf8').catch(() => ''));
    try {
      if (pid) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  #spawn(program: string, args: string[]): ChildProcess {
    const { root, user, hubPort } = this;
    const PATH = [`${root}/shims`, `${root}/usr/local/bin`, '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'].join(':');
    const env = { PATH, HOME: `${root}/home`, LANG: 'C.UTF-8', MACHINE: root, HUB_PORT: String(hubPort) };
    return spawn(program, args, { ...user, env, cwd: `${root}/home` });
  }
}

/** The same words, with the machine's folders in its directory. */
const here = (words: string, root: string) => words.replace(/(?<![\w./-])\/(?:opt|etc|usr\/local|var|backup)\b/g, `${root}$&`);
