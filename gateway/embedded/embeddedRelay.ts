// The embedded relay: while no relay is configured, a relay on loopback with two more devices, so that the first fax
// can be sent within a minute. Started again, later and later, when it ends by itself.

import { errorText, type Log } from '../log.ts';
import { pause } from '../outbox/pause.ts';
import type { RelayLogin } from '../settings/settings.ts';
import { startDemoOffice, startEchoOffice, type DemoOffice } from './demoOffices.ts';
import { EMBEDDED_DEVICES, embeddedPasswords, type EmbeddedPasswords } from './embeddedDevices.ts';
import { startRelayProcess } from './relayProcess.ts';

const RESTART_DELAYS_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
/** A relay that ran so long is not one that fails at once. */
const RAN_WELL_MS = 60_000;

export interface EmbeddedRelayOptions {
  relayFolder: string;
  demoFolder: string;
  software: string;
  log: Log;
  /** Brings this office to the relay. Called again when the relay has another address. */
  connect(login: RelayLogin): Promise<void>;
  /** It did not start, or ended; it is tried again. */
  failed(detail: string): void;
}

export interface EmbeddedRelay {
  start(): void;
  /** Ends the relay and the demo offices. May be started again. */
  stop(): Promise<void>;
}

export function createEmbeddedRelay(options: EmbeddedRelayOptions): EmbeddedRelay {
  const { log } = options;
  let running: { stopping: AbortController; done: Promise<void> } | undefined;

  return {
    start() {
      if (running !== undefined) return;
      const stopping = new AbortController();
      running = { stopping, done: keepRunning(stopping.signal) };
    },
    async stop() {
      const mine = running;
      if (mine === undefined) return;
      mine.stopping.abort();
      await mine.done;
      if (running === mine) running = undefined;
    },
  };

  async function keepRunning(signal: AbortSignal): Promise<void> {
    let offices: DemoOffice[] = [];
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = performance.now();
      try {
        // After several failures perhaps the accounts are what is wrong.
        const passwords = await embeddedPasswords(options.relayFolder, failures === 3);
        if (offices.length === 0) offices = await startOffices();
        await runOnce(passwords, offices, signal);
      } catch (error) {
        if (!signal.aborted) {
          log.warn('embedded relay failed', { error: errorText(error) });
          options.failed(error instanceof Error ? error.message : String(error));
        }
      }
      failures = performance.now() - startedAt > RAN_WELL_MS ? 1 : failures + 1;
      const delayMs = RESTART_DELAYS_MS[Math.min(failures, RESTART_DELAYS_MS.length) - 1] ?? 1_000;
      await pause(delayMs, signal);
    }
    await Promise.allSettled(offices.map((office) => office.stop()));
  }

  /** From the relay's start to its end. */
  async function runOnce(
    passwords: EmbeddedPasswords,
    offices: readonly DemoOffice[],
    signal: AbortSignal,
  ): Promise<void> {
    const relay = await startRelayProcess(options.relayFolder, signal);
    const login = (role: keyof EmbeddedPasswords): RelayLogin => ({
      url: relay.url,
      deviceId: EMBEDDED_DEVICES[role].deviceId,
      password: passwords[role],
    });
    try {
      const [echo, demo] = offices;
      if (!signal.aborted) {
        await Promise.all([
          options.connect(login('office')),
          echo?.connect(login('echo')),
          demo?.connect(login('demo')),
        ]);
      }
      const stopped = new Promise<string>((resolve) => {
        if (signal.aborted) resolve('stopped');
        signal.addEventListener('abort', () => resolve('stopped'), { once: true });
      });
      const how = await Promise.race([relay.exited, stopped]);
      if (how !== 'stopped') throw new Error(how);
    } finally {
      await relay.stop();
    }
  }

  async function startOffices(): Promise<DemoOffice[]> {
    const { demoFolder: folder, software } = options;
    const echo = await startEchoOffice({ folder, software, log });
    try {
      return [echo, await startDemoOffice({ folder, software, log })];
    } catch (error) {
      await echo.stop();
      throw error;
    }
  }
}
