// Two offices behind NAT routers and a relay on the "internet", as Linux network namespaces:
//
//   office a 192.168.1.10 ── router a ── 203.0.113.0/24 ──┐
//                                                          relay 192.0.2.1
//   office b 192.168.1.10 ── router b ── 198.51.100.0/24 ─┘
//
// Both offices use the same private addresses, as real ones do. The routers masquerade, and forward inwards only
// what belongs to a connection opened from inside.

import { randomBytes } from 'node:crypto';
import { guard } from './guardian.ts';
import { runTool } from './runTool.ts';

export const RELAY_ADDRESS = '192.0.2.1';
export const OFFICE_ADDRESS = '192.168.1.10';

export type Office = 'a' | 'b';

export interface NatNetwork {
  /** Names of the namespaces, for `ip netns exec`. */
  relay: string;
  office: Record<Office, string>;
  router: Record<Office, string>;
  /** True when a TCP connection from one namespace to an address comes about within two seconds. */
  canConnect(fromNamespace: string, address: string, port: number): Promise<boolean>;
  /** The router forgets idle TCP connections after so many seconds, and then passes nothing of them. */
  forgetIdleConnectionsAfter(office: Office, seconds: number): Promise<void>;
  /** The router's address on the internet side. */
  publicAddress(office: Office): string;
  /** Tells the relay's host that the office's private network lies behind its router. */
  tellRouteIn(office: Office): Promise<void>;
  /** The router restarts with another public address: its table is empty, and old connections lead nowhere. */
  restartRouter(office: Office): Promise<void>;
  close(): Promise<void>;
}

/** Why namespaces cannot be made here, found by trying; `undefined` when they can. */
export async function whyNoNamespaces(): Promise<string | undefined> {
  const name = `hikyaku-try-${randomBytes(3).toString('hex')}`;
  try {
    await runTool('ip', ['netns', 'add', name]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  try {
    await inNamespace(name, 'nft add table ip try; ip link set lo up');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await runTool('ip', ['netns', 'del', name]);
  }
}

const PUBLIC_NET: Record<Office, string> = { a: '203.0.113', b: '198.51.100' };

/** Builds the network; everything is undone by `close`, or when the test process ends. */
export async function buildNatNetwork(): Promise<NatNetwork> {
  const id = `hk${randomBytes(3).toString('hex')}`;
  const relay = `${id}-relay`;
  const office = { a: `${id}-a`, b: `${id}-b` };
  const router = { a: `${id}-nat-a`, b: `${id}-nat-b` };
  const namespaces = [relay, office.a, office.b, router.a, router.b];
  const forget: (() => void)[] = [];
  const publicAddressEnd = { a: 2, b: 2 };

  for (const name of namespaces) {
    forget.push(guard(`ip netns del ${name}`));
    await runTool('ip', ['netns', 'add', name]);
    await inNamespace(name, 'ip link set lo up');
  }
  await inNamespace(relay, `ip addr add ${RELAY_ADDRESS}/32 dev lo`);
  await buildOffice('a');
  await buildOffice('b');

  async function buildOffice(which: Office): Promise<void> {
    const net = PUBLIC_NET[which];
    await runTool('sh', [
      '-ec',
      `ip -n ${router[which]} link add lan type veth peer name eth0 netns ${office[which]}
       ip -n ${router[which]} link add wan type veth peer name public-${which} netns ${relay}`,
    ]);
    await inNamespace(
      office[which],
      `ip addr add ${OFFICE_ADDRESS}/24 dev eth0
       ip link set eth0 up
       ip route add default via 192.168.1.1`,
    );
    await inNamespace(
      relay,
      `ip addr add ${net}.1/24 dev public-${which}
       ip link set public-${which} up`,
    );
    await inNamespace(
      router[which],
      `echo 1 > /proc/sys/net/ipv4/ip_forward
       ip addr add 192.168.1.1/24 dev lan
       ip addr add ${net}.2/24 dev wan
       ip link set lan up
       ip link set wan up
       ip route add default via ${net}.1
       nft -f - <<'RULES'
       table ip nat {
         chain postrouting { type nat hook postrouting priority 100; oifname "wan" masquerade; }
       }
       table ip filter {
         chain forward {
           type filter hook forward priority 0; policy drop;
           ct state invalid drop
           iifname "wan" ct state established,related accept
           iifname "lan" accept
         }
       }
RULES
       # What is not known from its beginning is not picked up again: a plain home router.
       echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose`,
    );
  }

  return {
    relay,
    office,
    router,
    canConnect: async (fromNamespace, address, port) => {
      try {
        await inNamespace(fromNamespace, `timeout 2 bash -c '</dev/tcp/${address}/${port}'`);
        return true;
      } catch {
        return false;
      }
    },
    forgetIdleConnectionsAfter: (which, seconds) =>
      inNamespace(
        router[which],
        `for kind in established unacknowledged; do
           echo ${seconds} > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_$kind
         done`,
      ).then(() => undefined),
    publicAddress: (which) => `${PUBLIC_NET[which]}.${publicAddressEnd[which]}`,
    tellRouteIn: async (which) => {
      const router = `${PUBLIC_NET[which]}.${publicAddressEnd[which]}`;
      await inNamespace(relay, `ip route replace 192.168.1.0/24 via ${router}`);
    },
    restartRouter: async (which) => {
      const net = PUBLIC_NET[which];
      const before = publicAddressEnd[which];
      publicAddressEnd[which] = before + 1;
      // Taking the link down drops every masqueraded connection from the table.
      await inNamespace(
        router[which],
        `ip link set wan down
         ip addr del ${net}.${before}/24 dev wan
         ip addr add ${net}.${before + 1}/24 dev wan
         ip link set wan up
         ip route add default via ${net}.1`,
      );
    },
    close: async () => {
      for (const name of namespaces) await runTool('ip', ['netns', 'del', name]);
      for (const done of forget) done();
    },
  };
}

function inNamespace(name: string, script: string): Promise<string> {
  return runTool('ip', ['netns', 'exec', name, 'sh', '-ec', script]);
}
