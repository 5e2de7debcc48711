// What stands between a page and its hub on the network, and may change what it carries. It is the hub for the page:
// requests go through it one by one, WebSockets byte by byte.

import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer, request as ask } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';

export class Proxy {
  readonly url: string;
  /** Answers that were changed since `tamper`. */
  tampered = 0;
  #change?: { path: RegExp; change: (body: Buffer) => Buffer };
  /** Whatever is open on either side; a connection that was upgraded is no server's any more. */
  #open = new Set<Duplex>();

  private constructor(
    private readonly server: Server,
    private readonly hub: URL,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => this.#keep(socket));
    server.on('request', (request, response) => this.#carry(request, response));
    server.on('upgrade', (request, socket, head) => this.#tunnel(request, socket, head));
  }

  static async start(hub: string): Promise<Proxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Proxy(server, new URL(hub));
  }

  /** From now on, what is answered to these paths is changed. */
  tamper(path: RegExp, change: (body: Buffer) => Buffer): void {
    this.#change = { path, change };
    this.tampered = 0;
  }

  leaveAlone(): void {
    this.#change = undefined;
  }

  async stop(): Promise<void> {
    this.server.close();
    for (const socket of this.#open) socket.destroy();
    await once(this.server, 'close');
  }

  #carry(request: IncomingMessage, response: ServerResponse): void {
    const changes = this.#change?.path.test(request.url!) ? this.#change.change : undefined;
    const { hostname, port } = this.hub;
    // A changed body is one that can be read: without compression, and not one that the browser has already.
    const { 'accept-encoding': _, 'if-none-match': __, ...plain } = request.headers;
    const headers = changes ? plain : request.headers;
    const asked = ask({ hostname, port, path: request.url, method: request.method, headers, agent: false });
    asked.on('socket', (socket) => this.#keep(socket));
    asked.on('response', async (answer) => {
      if (!changes) {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
        return;
      }
      const body = changes(await buffer(answer));
      this.tampered++;
      response.writeHead(answer.statusCode!, { ...answer.headers, 'content-length': body.length });
      response.end(body);
    });
    // One side gone, the other has nobody to speak to.
    asked.on('error', () => response.destroy());
    response.on('close', () => asked.destroy());
    request.pipe(asked);
  }

  #tunnel(request: IncomingMessage, page: Duplex, head: Buffer): void {
    const hub = this.#keep(connect(Number(this.hub.port), this.hub.hostname));
    const lines = [`${request.method} ${request.url} HTTP/1.1`];
    for (let at = 0; at < request.rawHeaders.length; at += 2) lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
    hub.write(`${lines.join('\r\n')}\r\n\r\n`);
    hub.write(head);
    page.pipe(hub).pipe(page);
    page.on('close', () => hub.destroy());
    hub.on('close', () => page.destroy());
  }

  #keep<S extends Socket>(socket: S): S {
    this.#open.add(socket);
    socket.on('close', () => this.#open.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  }
}
