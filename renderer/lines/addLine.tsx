// Adding a line: modems are looked for by themselves, or a port is entered by hand; a name, and the line stands.

import { Plug, RefreshCw, Usb } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { FoundPort, Line } from '../../protocol/api/lines.ts';
import { useApi } from '../gateway/gateway.tsx';
import { useErrorWords } from '../language/errorWords.ts';
import { useFormats, useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Segments, TextField } from '../parts/fields.tsx';
import { Fold } from '../parts/fold.tsx';
import { Notice } from '../parts/notice.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { useToast } from '../parts/toasts.tsx';
import { lineStateWords, modemName } from './lineWords.ts';
import { useLineCommands } from './useLineCommands.ts';
import formStyles from '../parts/form.module.css';
import itemStyles from '../parts/itemList.module.css';
import text from '../parts/text.module.css';
import styles from './addLine.module.css';

type Scan = { state: 'running' } | { state: 'done'; ports: FoundPort[] } | { state: 'failed'; words: string };

export function AddLine({ lines, onClose }: { lines: readonly Line[]; onClose: () => void }): ReactNode {
  const t = useT();
  const toast = useToast();
  const commands = useLineCommands();
  const [scan, lookAgain] = useScan();
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Line['kind']>('telephone');
  const [tried, setTried] = useState(false);
  const [adding, setAdding] = useState(false);
  const add = async (chosenPath: string): Promise<void> => {
    setTried(true);
    if (chosenPath.trim() === '' || adding) return;
    setAdding(true);
    const line = await commands.add({ path: chosenPath.trim(), name: name.trim(), kind });
    setAdding(false);
    if (line === undefined) return;
    toast({ text: t('addLine.added', { name: lineName(line.name, t) }) });
    onClose();
  };
  return (
    <Dialog
      wide
      title={t('addLine.title')}
      open
      onClose={onClose}
      footer={<Button onPress={onClose}>{t('action.cancel')}</Button>}
    >
      <div className={formStyles['form']}>
        <div className={formStyles['pair']}>
          <TextField
            label={t('lineForm.name')}
            hint={t('lineForm.nameHint')}
            value={name}
            onChange={setName}
            maxLength={60}
          />
          <Segments
            label={t('lineForm.kind')}
            value={kind}
            onChange={setKind}
            options={[
              { value: 'telephone', label: t('lineForm.kind.telephone') },
              { value: 'machine', label: t('lineForm.kind.machine') },
            ]}
          />
        </div>
        <section className={styles['scan']} aria-label={t('addLine.found')}>
          <div className={styles['scanHead']}>
            <p role="status">
              {scan.state === 'running' && t('addLine.scanning')}
              {scan.state === 'done' &&
                t('addLine.foundCount', {
                  count: scan.ports.filter((port) => port.modem !== undefined && port.state !== 'inUse')
                    .length,
                })}
            </p>
            <Button small icon={RefreshCw} isPending={scan.state === 'running'} onPress={lookAgain}>
              {t('addLine.scanAgain')}
            </Button>
          </div>
          {scan.state === 'running' && <div className={styles['scanBar']} aria-hidden />}
          {scan.state === 'failed' && <Notice tone="bad">{scan.words}</Notice>}
          {scan.state === 'done' && (
            <Ports ports={scan.ports} lines={lines} adding={adding} onChoose={(port) => void add(port)} />
          )}
        </section>
        <Fold title={t('addLine.byPath')} level={3}>
          <form
            className={styles['byPath']}
            aria-label={t('addLine.byPath')}
            onSubmit={(event) => {
              event.preventDefault();
              void add(path);
            }}
          >
            <TextField
              label={t('addLine.path')}
              hint={t('addLine.pathHint')}
              exact
              value={path}
              onChange={setPath}
              maxLength={400}
              error={tried && path.trim() === '' ? t('addLine.needPath') : undefined}
              autoFocus
            />
            <Button type="submit" kind="primary" isPending={adding}>
              {adding ? t('addLine.adding') : t('addLine.add')}
            </Button>
          </form>
        </Fold>
      </div>
    </Dialog>
  );
}

function Ports({
  ports,
  lines,
  adding,
  onChoose,
}: {
  ports: readonly FoundPort[];
  lines: readonly Line[];
  adding: boolean;
  onChoose: (path: string) => void;
}): ReactNode {
  const t = useT();
  if (ports.length === 0)
    return (
      <Notice tone="warn">
        <strong>{t('addLine.nothing')}</strong>
        <p>{t('addLine.nothingText')}</p>
      </Notice>
    );
  // Modems that can be used first: they are what one looks for.
  const free = ports
    .filter(({ state }) => state !== 'inUse')
    .toSorted((a, b) => Number(a.modem === undefined) - Number(b.modem === undefined));
  const used = ports.filter(({ state }) => state === 'inUse');
  return (
    <>
      {free.length > 0 && (
        <ul className={itemStyles['items']}>
          {free.map((port) => (
            <Port key={port.path} port={port} lines={lines} adding={adding} onChoose={onChoose} />
          ))}
        </ul>
      )}
      {ports.some(({ state }) => state === 'denied') && <Notice tone="warn">{t('addLine.denied')}</Notice>}
      {!free.some(({ modem }) => modem !== undefined) && (
        <Notice tone="info">{t('addLine.nothingText')}</Notice>
      )}
      {used.length > 0 && (
        <Fold title={t('addLine.usedPorts', { count: used.length })} level={3}>
          <ul className={itemStyles['items']}>
            {used.map((port) => (
              <Port key={port.path} port={port} lines={lines} adding={adding} onChoose={onChoose} />
            ))}
          </ul>
        </Fold>
      )}
    </>
  );
}

function Port({
  port,
  lines,
  adding,
  onChoose,
}: {
  port: FoundPort;
  lines: readonly Line[];
  adding: boolean;
  onChoose: (path: string) => void;
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const usable = port.modem !== undefined && port.state !== 'inUse';
  const Icon = port.usbId === undefined ? Plug : Usb;
  const rate = Math.max(0, ...(port.modem?.sendRatesBps ?? []));
  const title = port.modem === undefined ? (port.maker ?? port.path) : modemName(port.modem, t);
  return (
    <li className={itemStyles['item']} data-usable={usable}>
      <Icon size={17} strokeWidth={1.75} aria-hidden />
      <div className={itemStyles['words']}>
        <strong>{title}</strong>
        {title !== port.path && <span className={text['exact']}>{port.path}</span>}
        {port.modem !== undefined && (
          <span className={text['soft']}>
            {[
              `${t('line.classes')} ${port.modem.classes.join(', ')}`,
              ...(rate === 0 ? [] : [t('line.speedUpTo', { rate: formats.number(rate) })]),
              ...(port.modem.ecm ? [t('call.ecm').toLocaleLowerCase()] : []),
            ].join(' · ')}
          </span>
        )}
      </div>
      {usable ? (
        <Button
          kind="primary"
          small
          isPending={adding}
          aria-label={t('addLine.chooseNamed', { path: port.path })}
          onPress={() => onChoose(port.path)}
        >
          {t('addLine.choose')}
        </Button>
      ) : (
        <PortState port={port} lines={lines} />
      )}
    </li>
  );
}

function PortState({ port, lines }: { port: FoundPort; lines: readonly Line[] }): ReactNode {
  const t = useT();
  if (port.state === 'inUse') {
    const name = lines.find(({ id }) => id === port.lineId)?.name;
    return (
      <span className={text['soft']}>
        {name === undefined ? t('addLine.inUseUnknown') : t('addLine.inUse', { name: lineName(name, t) })}
      </span>
    );
  }
  if (port.state === 'silent' || port.state === 'opening')
    return <span className={text['soft']}>{t('addLine.noModem')}</span>;
  const { icon, tone, words } = lineStateWords(port.state, t);
  return (
    <StatusMark icon={icon} tone={tone}>
      {words}
    </StatusMark>
  );
}

/** Looks for modems as soon as it is shown, and again on demand. */
function useScan(): [Scan, () => void] {
  const api = useApi();
  const words = useErrorWords();
  const [scan, setScan] = useState<Scan>({ state: 'running' });
  const current = useRef(0);
  const look = useCallback(async (): Promise<void> => {
    const mine = (current.current += 1);
    const set = (next: Scan): void => {
      if (mine === current.current) setScan(next);
    };
    set({ state: 'running' });
    try {
      set({ state: 'done', ports: await api.lines.scan.mutate() });
    } catch (error) {
      set({ state: 'failed', words: words(error) });
    }
  }, [api, words]);
  const started = useRef(false);
  useEffect(() => {
    // Once, also where effects are tried twice: a scan asks every port.
    if (started.current) return;
    started.current = true;
    void look();
  }, [look]);
  return [scan, () => void look()];
}
