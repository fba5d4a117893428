// A program: `namespaceBridge.ts SOCKET PORT` carries a Unix socket, which every network namespace of the machine
// reaches, to a loopback port of the namespace it runs in. So a test can speak to a gateway that no network leads to.

import { connect, createServer } from 'node:net';

const [socketPath, port] = process.argv.slice(2);
createServer((outside) => {
  const inside = connect(Number(port), '127.0.0.1');
  outside.on('error', () => inside.destroy());
  inside.on('error', () => outside.destroy());
  outside.pipe(inside).pipe(outside);
}).listen(socketPath, () => console.log('bridge ready'));
