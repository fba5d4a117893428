// A certificate authority of the test's own, and a relay certificate signed by it, made with openssl.

import path from 'node:path';
import { runTool } from './runTool.ts';

export interface TestCertificates {
  /** PEM files. */
  ca: string;
  certificate: string;
  key: string;
}

/** Makes a CA and a certificate for loopback and the IP addresses in `hosts`, in `folder`. */
export async function makeCertificates(folder: string, hosts: string[] = []): Promise<TestCertificates> {
  const names = ['IP:127.0.0.1', 'DNS:localhost', ...hosts.map((host) => `IP:${host}`)].join(',');
  const script = `
    cd "$1"
    key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    openssl req -x509 $key -days 2 -subj "/CN=Test authority" -addext keyUsage=critical,keyCertSign,cRLSign \
      -keyout ca.key -out ca.pem
    openssl req $key -subj /CN=relay.test -keyout relay.key -out relay.csr
    printf 'subjectAltName=%s\\nextendedKeyUsage=serverAuth\\n' "$2" > relay.ext
    openssl x509 -req -in relay.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile relay.ext \
      -out relay.pem`;
  await runTool('sh', ['-ec', script, 'certificates', folder, names]);
  const file = (name: string) => path.join(folder, name);
  return { ca: file('ca.pem'), certificate: file('relay.pem'), key: file('relay.key') };
}
