// The harness keeps its own promises: nothing a test started outlives it, whichever way it ends.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { startCutProxy } from './cutProxy.ts';
import { isAlive } from './processTree.ts';
import { runTool } from './runTool.ts';
import { startProcess } from './runningProcess.ts';
import { seededRandom } from './seededRandom.ts';
import { openStage } from './stage.ts';
import { withTimeout } from './withTimeout.ts';

const SLEEPER = { command: 'sh', args: ['-c', 'echo up; exec sleep 600'], readyLine: /up/ };

test('a process that outlives its parent is ended and told', async () => {
  const stage = openStage();
  // A grandchild in a session of its own, as a badly behaved helper process would be.
  const parent = await startProcess({
    name: 'parent',
    command: 'sh',
    args: ['-c', "setsid sh -c 'echo up $$; exec sleep 600' & wait"],
    readyLine: /up/,
    env: stage.env,
  });
  stage.own(parent, 'parent');
  const orphan = Number(parent.readyLine.split(' ')[1]);
  await expect(stage.close()).rejects.toThrow(/could not be closed/);
  await vanished(orphan);
  expect(existsSync(stage.folder)).toBe(false);
});

test('processes and folder are gone after the test process itself was killed', async () => {
  const program = `
    import { openStage } from ${JSON.stringify(new URL('stage.ts', import.meta.url).href)};
    import { startProcess } from ${JSON.stringify(new URL('runningProcess.ts', import.meta.url).href)};
    const stage = openStage();
    const sleeper = await startProcess({ name: 'sleeper', env: stage.env, ...${JSON.stringify({ ...SLEEPER, readyLine: undefined })}, readyLine: /up/ });
    console.log(sleeper.pid + ' ' + stage.folder);
    process.kill(process.pid, 'SIGKILL');`;
  const said = await new Promise<string>((resolve) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
    child.on('exit', () => resolve(text));
  });
  const [pid, folder] = said.trim().split(' ');
  expect(Number(pid)).toBeGreaterThan(1);
  await vanished(Number(pid));
  await expect.poll(() => existsSync(folder ?? ''), { timeout: 10_000 }).toBe(false);
});

test('a process that ends before it is ready fails with what it said', async () => {
  await expect(
    startProcess({ name: 'liar', command: 'sh', args: ['-c', 'echo no; exit 3'], readyLine: /yes/, env: {} }),
  ).rejects.toThrow(/liar ended \(3\)[^]*no/);
});

test('the proxy cuts, and stalls until it is resumed', async () => {
  const echo = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => echo.once('listening', resolve));
  const proxy = await startCutProxy({ targetPort: (echo.address() as AddressInfo).port });
  const client = connect(proxy.port, '127.0.0.1');
  const closed = new Promise((resolve) => client.on('close', resolve));
  client.on('error', () => undefined);
  const said: string[] = [];
  client.setEncoding('utf8').on('data', (text: string) => said.push(text));
  client.write('one');
  await expect.poll(() => said.join('')).toBe('one');
  proxy.stall();
  client.write('two');
  await runTool('sleep', ['0.2']);
  expect(said.join('')).toBe('one');
  proxy.resume();
  await expect.poll(() => said.join('')).toBe('onetwo');
  proxy.connections()[0]?.cut();
  await withTimeout(closed, 5_000, () => 'the cut did not reach the client');
  await proxy.close();
  echo.close();
});

test('the proxy lets only so many bytes up, answers still come down, and the rest follows later', async () => {
  const heard: string[] = [];
  const said: string[] = [];
  const peers = new Set<Socket>();
  const server = createServer((socket) => {
    peers.add(socket);
    socket.on('error', () => socket.destroy());
    socket.setEncoding('utf8').on('data', (text: string) => heard.push(text));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const proxy = await startCutProxy({ targetPort: (server.address() as AddressInfo).port });
  const client = connect(proxy.port, '127.0.0.1');
  client.on('error', () => undefined);
  client.setEncoding('utf8').on('data', (text: string) => said.push(text));
  proxy.allowUplink(5);
  client.write('one');
  await expect.poll(() => heard.join('')).toBe('one');
  client.write('two and three');
  await expect.poll(() => heard.join('')).toBe('onetw');
  for (const peer of peers) peer.write('yes');
  await expect.poll(() => said.join('')).toBe('yes');
  expect(heard.join('')).toBe('onetw');
  proxy.resume();
  await expect.poll(() => heard.join('')).toBe('onetwo and three');
  await proxy.close();
  server.close();
});

test('the same seed gives the same choices, and shuffling keeps every item', () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return [random.integer(0, 100), random.pick(['a', 'b', 'c']), random.shuffled([1, 2, 3, 4, 5, 6])];
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(
    seededRandom(9)
      .shuffled([3, 1, 2])
      .toSorted((a, b) => a - b),
  ).toEqual([1, 2, 3]);
});

function vanished(pid: number): Promise<void> {
  return expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
}
