// HylaFAX 6 (Debian's) without its interactive set-up: a spool folder from the package's own templates, its `faxsend`
// and `faxgetty` run directly on the port of a modem. They insist on root, and work as the user uucp.

import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runTool } from '../../harness/runTool.ts';
import { startProcess } from '../../harness/runningProcess.ts';
import type { RunningProcess } from '../../harness/runningProcess.ts';
import type { Stage } from '../../harness/stage.ts';
import { writeCodedFile } from '../codedFile.ts';
import type { LineCoding } from '../codedFile.ts';

const FAXSEND = '/usr/lib/hylafax/bin/faxsend';
const FAXGETTY = '/usr/sbin/faxgetty';
const TEMPLATES = '/var/spool/hylafax';

/** The package's modem prototypes; `class1`, `class1.0`, `class2`, `class2.0` are the plain ones. */
export type HylafaxPrototype = 'class1' | 'class1.0' | 'class2' | 'class2.0' | 'class2.1' | 'iaxmodem';

export interface HylafaxModem {
  /** The modem's port, or a link to it. */
  device: string;
  prototype: HylafaxPrototype;
  /** Sent as TSI and CSI; `HylaFAX`. */
  localId?: string;
  /** Further lines of the modem's configuration: `Class1AdaptRecvCmd: AT+FAR=1`. */
  config?: readonly string[];
}

export interface HylafaxJob {
  to: string;
  /** Any bilevel TIFF. */
  tiff: string;
  /** Default MMR. HylaFAX's own conversion on the fly is off, so this is what goes over the line. */
  coding?: LineCoding;
  /** Default true; MMR needs it. */
  ecm?: boolean;
  /** Highest rate; 14400. */
  rateBps?: keyof typeof RATES;
  /** Default true: lines at 7.7/mm. */
  fine?: boolean;
  subAddress?: string;
  password?: string;
}

export interface HylafaxResult {
  /** faxsend's own exit status: 2 is "done". */
  exit: number;
  done: boolean;
  /** What it says about a failure, empty when there was none. */
  status: string;
  pagesSent: number;
  /** HylaFAX's words: `14400 bit/s`, `2-D MMR`. */
  signalRate: string;
  dataFormat: string;
  /** The far end's identity. */
  csi: string;
  /** Real time of the whole run. */
  durationMs: number;
  /** The protocol trace. */
  log: string;
}

export interface HylafaxReceiver {
  readonly process: RunningProcess;
  /** Waits for the next call's end: the received TIFF file, and HylaFAX's complaint, empty when there is none. */
  received(timeoutMs: number): Promise<{ file: string; complaint: string }>;
}

export interface HylafaxSpool {
  readonly folder: string;
  /** Runs `faxsend` on one job to its end. */
  send(modem: HylafaxModem, job: HylafaxJob): Promise<HylafaxResult>;
  /** Runs `faxgetty`; resolves once the modem is set up and waits for calls, which it answers at the first ring. */
  receive(modem: HylafaxModem): Promise<HylafaxReceiver>;
  /** Every session's trace, oldest first. */
  logs(): Promise<string>;
}

// HylaFAX's codes of sendq(5).
const RATES = { 2400: 0, 4800: 1, 7200: 2, 9600: 3, 12_000: 4, 14_400: 5 } as const;
const DATA_FORMATS = { MH: 0, MR: 1, MMR: 3 } as const satisfies Record<LineCoding, number>;

/** HylaFAX runs as root only. */
export function mayRunHylafax(): boolean {
  return process.getuid?.() === 0;
}

/** A spool of its own in the stage's folder. */
export async function makeHylafaxSpool(stage: Stage): Promise<HylafaxSpool> {
  const folder = path.join(stage.folder, 'hylafax');
  // The user uucp must find its way there.
  await chmod(stage.folder, 0o755);
  const parts = 'archive client config dev docq doneq info log pollq recvq sendq status tmp locks done';
  for (const part of parts.split(' ')) await mkdir(path.join(folder, part), { recursive: true });
  await cp('/etc/hylafax', path.join(folder, 'etc'), { recursive: true });
  await cp(path.join(TEMPLATES, 'bin'), path.join(folder, 'bin'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  // Instead of mail: what faxgetty hands over, in a file that appears whole.
  const handOver = ['#!/bin/sh', 'printf "%s\\n" "$@" > tmp/received.$3', 'mv tmp/received.$3 done/$3', ''];
  await writeFile(path.join(folder, 'bin/received'), handOver.join('\n'), { mode: 0o755 });
  await giveAway(folder);

  let jobs = 0;
  const logs = async () => {
    const names = (await readdir(path.join(folder, 'log'))).filter((name) => /^c\d+$/.test(name)).toSorted();
    const texts = await Promise.all(names.map((name) => readFile(path.join(folder, 'log', name), 'utf8')));
    return texts.join('');
  };

  return {
    folder,
    logs,
    send: async (modem, job) => {
      jobs += 1;
      const id = await configure(folder, modem);
      const queueFile = await writeJob(folder, id, jobs, job);
      const begun = performance.now();
      const exit = await runFaxsend(stage, folder, id, queueFile);
      const fields = await readJob(path.join(folder, queueFile));
      const field = (name: string) => fields.get(name) ?? '';
      return {
        exit,
        done: exit === 2,
        status: field('status'),
        pagesSent: Number(field('npages')),
        signalRate: field('signalrate'),
        dataFormat: field('dataformat'),
        csi: field('csi'),
        durationMs: performance.now() - begun,
        log: await readFile(path.join(folder, 'log', `c${field('commid')}`), 'utf8').catch(() => ''),
      };
    },
    receive: async (modem) => {
      const id = await configure(folder, modem);
      const getty = await startGetty(stage, folder, id, modem.device);
      const taken = new Set<string>();
      const received = async (deadline: number) => {
        for (;;) {
          const name = (await readdir(path.join(folder, 'done')))
            .toSorted()
            .find((entry) => !taken.has(entry));
          if (name !== undefined) {
            taken.add(name);
            const words = (await readFile(path.join(folder, 'done', name), 'utf8')).split('\n');
            return { file: path.join(folder, words[0] ?? ''), complaint: words[3] ?? '' };
          }
          if (performance.now() > deadline) throw new Error(`HylaFAX received nothing:\n${await logs()}`);
          await sleep(20);
        }
      };
      return { process: getty, received: (timeoutMs) => received(performance.now() + timeoutMs) };
    },
  };
}

/** Writes `etc/config.<id>`; the id is HylaFAX's name of a port below /dev. */
async function configure(folder: string, modem: HylafaxModem): Promise<string> {
  const device = await realpath(modem.device);
  const id = path.relative('/dev', device).replaceAll('/', '_');
  const lines = [
    'CountryCode: 1',
    'AreaCode: 000',
    'FAXNumber: 000',
    'LongDistancePrefix: 1',
    'InternationalPrefix: 011',
    `LocalIdentifier: "${modem.localId ?? 'HylaFAX'}"`,
    'DialStringRules: ""',
    'ServerTracing: 0xFFF',
    'SessionTracing: 0xFFF',
    'RecvFileMode: 0644',
    'LogFileMode: 0644',
    'DeviceMode: 0666',
    'RingsBeforeAnswer: 1',
    'SpeakerVolume: off',
    'GettyArgs: ""',
    'TagLineFont: ""',
    'TagLineFormat: ""',
    'MaxRecvPages: 200',
    'PriorityScheduling: false',
    'ModemSoftRTFCC: false',
    `UUCPLockDir: ${path.join(folder, 'locks')}`,
    'FaxRcvdCmd: bin/received',
    // A pseudo terminal needs no time to wake up.
    'ModemResetDelay: 0',
    'ModemSoftResetCmdDelay: 0',
    'ModemBaudRateDelay: 0',
    'ModemDTRDropDelay: 0',
    'ModemNoAutoAnswerCmdDelay: 0',
    await readFile(path.join(TEMPLATES, 'config', modem.prototype), 'utf8'),
    ...(modem.config ?? []),
    '',
  ];
  await writeFile(path.join(folder, 'etc', `config.${id}`), lines.join('\n'));
  await giveAway(folder);
  return id;
}

/** The queue file as faxq leaves it for faxsend; sendq(5). */
async function writeJob(folder: string, id: string, number: number, job: HylafaxJob): Promise<string> {
  const document = `docq/doc${number}.tif`;
  const coding = job.coding ?? 'MMR';
  await writeCodedFile(job.tiff, path.join(folder, document), coding);
  const info = await runTool('tiffinfo', [path.join(folder, document)]);
  const pages = info.split('=== TIFF directory').length - 1;
  const fine = job.fine ?? true;
  // Per page: two hex digits (vertical resolution in bit 0, unlimited length in bits 4 and 5) and what follows it.
  const parameters = fine ? '21' : '20';
  const fields = {
    tts: 0,
    killtime: Math.floor(Date.now() / 1000) + 86_400,
    retrytime: 0,
    state: 6,
    npages: 0,
    totpages: pages,
    ntries: 0,
    ndials: 0,
    totdials: 0,
    maxdials: 1,
    tottries: 0,
    maxtries: 1,
    pagewidth: 209,
    resolution: fine ? 196 : 98,
    pagelength: 297,
    priority: 127,
    schedpri: 127,
    minbr: 0,
    desiredbr: RATES[job.rateBps ?? 14_400],
    desiredst: 0,
    desiredec: (job.ecm ?? true) ? 2 : 0,
    desireddf: DATA_FORMATS[coding],
    desiredtl: 0,
    useccover: 1,
    usexvres: 1,
    external: job.to,
    number: job.to,
    mailaddr: 'root',
    sender: 'test',
    jobid: number,
    jobtag: '',
    pagehandling: `${parameters}S`.repeat(pages - 1) + `${parameters}P`,
    modem: id,
    client: 'localhost',
    owner: 'root',
    groupid: number,
    jobtype: 'facsimile',
    ...(job.subAddress === undefined ? {} : { subaddr: job.subAddress }),
    ...(job.password === undefined ? {} : { passwd: job.password }),
    doneop: 'remove',
    status: '',
    notify: 'none',
    pagechop: 'none',
    chopthreshold: 3,
    fax: `0::${document}`,
  };
  const queueFile = `sendq/q${number}`;
  const text = Object.entries(fields).map(([name, value]) => `${name}:${value}\n`);
  await writeFile(path.join(folder, queueFile), text.join(''));
  await giveAway(folder);
  return queueFile;
}

async function readJob(file: string): Promise<Map<string, string>> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return new Map(lines.map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1)]));
}

function runFaxsend(stage: Stage, folder: string, id: string, queueFile: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(FAXSEND, ['-l', '-m', id, queueFile], {
      cwd: folder,
      env: stage.env,
      stdio: 'ignore',
    });
    stage.onClose(() => {
      child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? -1));
  });
}

async function startGetty(stage: Stage, folder: string, id: string, device: string): Promise<RunningProcess> {
  // faxgetty keeps its state in a file; a shell around it says when the modem is ready, and ends with it.
  const script = [
    '"$1" -p -q "$2" "$3" & getty=$!',
    'trap "kill -TERM $getty; wait $getty; exit 0" TERM',
    'until grep -q "Running and idle" "$2/status/$4" 2>/dev/null; do sleep 0.05; kill -0 $getty || exit 1; done',
    'echo ready; wait $getty',
  ].join('\n');
  const getty = await startProcess({
    name: 'faxgetty',
    command: '/bin/sh',
    args: ['-c', script, 'faxgetty', FAXGETTY, folder, await realpath(device), id],
    env: stage.env,
    readyLine: /^ready$/,
  });
  stage.own(getty, 'faxgetty');
  return getty;
}

/** HylaFAX refuses files that are not uucp's. */
async function giveAway(folder: string): Promise<void> {
  await runTool('chown', ['-R', 'uucp:uucp', folder]);
}
