// The real API server before a fake gateway, and requests whose every byte is the test's own.

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { startApiServer } from '../../gateway/api/apiServer.ts';
import type { ApiServer, ApiServerOptions } from '../../gateway/api/apiServer.ts';
import { createFakeGateway } from './gatewayServices.ts';
import type { FakeGateway } from './gatewayServices.ts';

export const KEY = 'k'.repeat(43);
export const bearer = { authorization: `Bearer ${KEY}` };

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  json: () => unknown;
}

export interface Question {
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

export interface ServedGateway {
  readonly folder: string;
  readonly gateway: FakeGateway;
  readonly server: ApiServer;
  /** Warnings and errors of the server's log. */
  readonly logged: string[];
  /** One more server over the same gateway; the caller closes it. */
  start(options?: Partial<ApiServerOptions>): Promise<ApiServer>;
  /** Closes `server` and puts another in its place. */
  restart(options?: Partial<ApiServerOptions>): Promise<void>;
  /** `fetch` would tidy up paths and refuse a foreign Host. */
  ask(path: string, question?: Question): Promise<Answer>;
  /** A session cookie, as a browser sends it. */
  signIn(): Promise<string>;
  /** The HTTP status that a WebSocket handshake met; 101 when it opened. */
  handshake(path: string, headers: Record<string, string>): Promise<number>;
  close(): Promise<void>;
}

export async function serveFakeGateway(): Promise<ServedGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-api-'));
  const staticFolder = await makeInterface(folder);
  const gateway = createFakeGateway();
  const logged: string[] = [];
  const note = (message: string, fields: Record<string, unknown> = {}): void =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log = { info: () => undefined, warn: note, error: note };
  const start = (options: Partial<ApiServerOptions> = {}): Promise<ApiServer> =>
    startApiServer({
      services: gateway.services,
      files: gateway.files,
      listen: '127.0.0.1:0',
      key: KEY,
      staticFolder,
      log,
      ...options,
    });
  let server = await start();
  const ask = (path: string, question: Question = {}): Promise<Answer> =>
    askPort(server.port, path, question);
  return {
    folder,
    gateway,
    logged,
    start,
    ask,
    get server() {
      return server;
    },
    async restart(options) {
      await server.close();
      server = await start(options);
    },
    async signIn() {
      const answer = await ask('/session', { method: 'POST', body: JSON.stringify({ key: KEY }) });
      return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    },
    handshake: (path, headers) => shakeHands(`ws://127.0.0.1:${server.port}${path}`, headers),
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** What Vite would build, and what nobody may see beside it. */
async function makeInterface(folder: string): Promise<string> {
  const staticFolder = join(folder, 'static');
  await mkdir(join(staticFolder, 'assets'), { recursive: true });
  await writeFile(join(staticFolder, 'index.html'), '<!doctype html><title>Hikyaku</title>');
  await writeFile(join(staticFolder, 'assets', 'main-a1b2c3d4.js'), 'export {};');
  await writeFile(join(staticFolder, '.hidden'), 'secret');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await symlink(join(folder, 'secret.txt'), join(staticFolder, 'link.txt'));
  return staticFolder;
}

function askPort(port: number, path: string, question: Question): Promise<Answer> {
  const { method = 'GET', headers = {} } = question;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            json: () => JSON.parse(body.toString('utf8')) as unknown,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(question.body);
  });
}

function shakeHands(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}
