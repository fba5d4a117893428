// `serve`: runs the relay in this process until it is told to stop.

import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { openAdminEndpoint } from '../admin/adminEndpoint.ts';
import type { TlsIdentity } from '../connection/frontDoor.ts';
import { adminFile } from '../dataFolder.ts';
import { createJsonLog, type RelayLog } from '../log.ts';
import { RelayError } from '../relayError.ts';
import { startRelay, type RunningRelay } from '../server.ts';
import { answer, dataFolderOf, withCommonOptions, type CommonOptions } from './output.ts';

interface ServeOptions extends CommonOptions {
  listen: { host: string; port: number };
  tlsCert?: string;
  tlsKey?: string;
  insecure?: boolean;
  trustForwardedFor?: boolean;
  name?: string;
  keepalive?: number;
  verbose?: boolean;
}

const TLS_POLL_MS = 30_000;

export function addServeCommand(program: Command): void {
  withCommonOptions(program.command('serve'))
    .description('run the relay')
    .requiredOption('--listen <host:port>', 'where to listen; port 0 takes a free one', parseListen)
    .option('--tls-cert <file>', 'certificate chain, PEM; read again when it changes and on SIGHUP')
    .option('--tls-key <file>', 'private key, PEM')
    .option('--insecure', 'listen without TLS beyond loopback, behind a TLS terminator')
    .option('--trust-forwarded-for', 'take the remote address from the X-Forwarded-For of that terminator')
    .option('--name <name>', 'the name devices are told', parseName)
    .option('--keepalive <seconds>', 'the keepalive interval devices are told', parseSeconds)
    .option('--verbose', 'log every event on standard error, not warnings and errors only')
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const folder = dataFolderOf(options);
  const files = tlsFilesOf(options);
  const log = logOf(options);
  const relay = await startRelay({
    store: { dataFolder: folder },
    ...options.listen,
    tls: files === undefined ? undefined : readTls(files),
    insecure: options.insecure ?? false,
    trustForwardedFor: options.trustForwardedFor ?? false,
    limits:
      options.keepalive === undefined ? {} : { keepaliveIntervalMs: Math.round(options.keepalive * 1000) },
    log,
    ...(options.name === undefined ? {} : { name: options.name }),
  });
  const admin = await openAdminEndpoint(adminFile(folder), () => relay.status()).catch(
    async (error: unknown) => {
      await relay.stop();
      throw error;
    },
  );
  const stopReloading = files === undefined ? () => {} : reloadTls(relay, files, log);

  // Before anybody is told that it is ready, and may tell it to stop at once.
  const stopped = toldToStop();
  const { host, port, url } = relay;
  answer(options, `${relay.status().name} is ready at ${url}`, { event: 'ready', host, port, url });

  await stopped;
  stopReloading();
  await relay.stop();
  await admin.close();
}

/** SIGTERM, SIGINT, or the end of the parent that started this process with an IPC channel. A second signal ends it at once. */
function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    let isTold = false;
    function stop(): void {
      // Whoever listens for the end of the channel keeps the process alive with it.
      process.off('disconnect', stop);
      resolve();
    }
    function onSignal(): void {
      if (isTold) process.exit(1);
      isTold = true;
      stop();
    }
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
    if (process.channel !== undefined && process.channel !== null) process.once('disconnect', stop);
  });
}

interface TlsFiles {
  cert: string;
  key: string;
}

function tlsFilesOf({ tlsCert, tlsKey, insecure }: ServeOptions): TlsFiles | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new RelayError(
      'badArgument',
      'A certificate and its key belong together: --tls-cert and --tls-key.',
    );
  }
  if (insecure === true) {
    throw new RelayError('badArgument', 'Either --insecure or a certificate, not both.');
  }
  return { cert: tlsCert, key: tlsKey };
}

function readTls(files: TlsFiles): TlsIdentity {
  try {
    return { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
  } catch (error) {
    throw new RelayError(
      'tlsBroken',
      `The certificate or its key cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    );
  }
}

/** A certificate is renewed every few weeks: the relay takes the new one without losing a connection. */
function reloadTls(relay: RunningRelay, files: TlsFiles, log: RelayLog): () => void {
  function reload(): void {
    try {
      relay.setTls(readTls(files));
      log.info('tlsReloaded');
    } catch (error) {
      // Half a renewal is on disk, perhaps; the other file's change comes next.
      log.error('tlsNotReloaded', { detail: error instanceof Error ? error.message : String(error) });
    }
  }
  const paths = [files.cert, files.key];
  for (const path of paths) watchFile(path, { interval: TLS_POLL_MS }, reload);
  process.on('SIGHUP', reload);
  return () => {
    for (const path of paths) unwatchFile(path, reload);
    process.off('SIGHUP', reload);
  };
}

function logOf({ verbose }: ServeOptions): RelayLog {
  const log = createJsonLog(process.stderr);
  return verbose === true ? log : { ...log, info() {} };
}

function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || !(port <= 65_535)) {
    throw new InvalidArgumentError('It must be HOST:PORT, as 127.0.0.1:4390 or [::]:443.');
  }
  return { host, port };
}

function parseName(text: string): string {
  if (text === '' || text.length > 200) throw new InvalidArgumentError('It must have 1 to 200 characters.');
  return text;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 1 && seconds <= 3_600)) {
    throw new InvalidArgumentError('It must be a number of seconds from 1 to 3600.');
  }
  return seconds;
}
