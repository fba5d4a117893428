// One line: its state, who rings, the call that is up, the modem found, and what can be done.

import {
  FlaskConical,
  type LucideIcon,
  PenLine,
  Phone,
  PhoneForwarded,
  PhoneIncoming,
  PhoneOff,
  Power,
  Printer,
  Trash2,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { Line } from '../../protocol/api/lines.ts';
import { useContactFinder } from '../gateway/contactFinder.ts';
import { useStatus } from '../gateway/queries.ts';
import { destinationWords } from '../language/destinationWords.ts';
import { useFormats, useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { LiveLineCall } from '../calls/liveLineCall.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import { Facts } from '../parts/facts.tsx';
import { Fold } from '../parts/fold.tsx';
import { Notice } from '../parts/notice.tsx';
import { StatusMark } from '../parts/statusMark.tsx';
import { useToast } from '../parts/toasts.tsx';
import { peerOf } from '../shell/announcements.ts';
import { lineAdvice, lineStateWords, modemName } from './lineWords.ts';
import { useLineCommands } from './useLineCommands.ts';
import panes from '../shell/panes.module.css';
import styles from './lineCard.module.css';

export function LineCard({
  line,
  onTest,
  onEdit,
  onRemove,
}: {
  line: Line;
  onTest: () => void;
  onEdit: () => void;
  onRemove: () => void;
}): ReactNode {
  const t = useT();
  const formats = useFormats();
  const toast = useToast();
  const commands = useLineCommands();
  const { icon, tone, words } = lineStateWords(line.state, t);
  const name = lineName(line.name, t);
  const advice = lineAdvice(line, t);
  const enabled = line.state !== 'disabled';
  const Kind: LucideIcon = line.kind === 'machine' ? Printer : Phone;
  return (
    <li className={styles['card']} data-state={line.state} aria-label={name}>
      <header className={styles['head']}>
        <span className={styles['kind']}>
          <Kind size={17} strokeWidth={1.75} aria-hidden />
        </span>
        <h2 className={styles['name']}>{name}</h2>
        <StatusMark icon={icon} tone={tone}>
          {words}
        </StatusMark>
        <span className={styles['since']}>{t('line.since', { time: formats.clock(line.since) })}</span>
        <span className={panes['gap']} />
        <span className={styles['actions']}>
          <Button small icon={FlaskConical} onPress={onTest} isDisabled={!enabled || line.state === 'inCall'}>
            {t('line.test')}
          </Button>
          <Button small icon={PenLine} onPress={onEdit}>
            {t('line.edit')}
          </Button>
          <IconButton
            icon={Power}
            label={enabled ? t('line.disable') : t('line.enable')}
            onPress={() => void commands.change(line.id, { enabled: !enabled })}
          />
          <IconButton icon={Trash2} label={t('line.remove')} onPress={onRemove} />
        </span>
      </header>
      {line.state === 'ringing' && <Ringing line={line} />}
      {line.state === 'inCall' && <Running line={line} />}
      {advice !== undefined && <Notice tone="bad">{advice}</Notice>}
      <LineFacts line={line} />
      {line.state === 'ready' && line.direction !== 'send' && line.answerAfterRings === 0 && (
        <p className={styles['byHand']}>
          <Button
            small
            icon={PhoneForwarded}
            onPress={() => {
              void commands.answer(line.id).then((done) => {
                if (done) toast({ text: t('line.answering') });
                return undefined;
              });
            }}
          >
            {t('line.takeOver')}
          </Button>
          <span>{t('line.takeOverHint')}</span>
        </p>
      )}
    </li>
  );
}

function Ringing({ line }: { line: Line }): ReactNode {
  const t = useT();
  const toast = useToast();
  const commands = useLineCommands();
  const contactOf = useContactFinder();
  const { count = 1, callerNumber, callerName } = line.ringing ?? {};
  const known = callerNumber === undefined ? undefined : contactOf(`tel:${callerNumber}`)?.name;
  const caller = [known ?? callerName, callerNumber].filter((part) => part !== undefined).join(', ');
  return (
    <div className={styles['ringing']}>
      <PhoneIncoming size={18} aria-hidden />
      <p>{caller === '' ? t('line.ring', { count }) : t('line.ringFrom', { name: caller, count })}</p>
      <Button
        kind="primary"
        onPress={() => {
          void commands.answer(line.id).then((done) => {
            if (done) toast({ text: t('line.answering') });
            return undefined;
          });
        }}
      >
        {t('line.answer')}
      </Button>
    </div>
  );
}

function Running({ line }: { line: Line }): ReactNode {
  const t = useT();
  const toast = useToast();
  const commands = useLineCommands();
  const call = useStatus()?.calls.find((candidate) => candidate.line?.lineId === line.id);
  if (call?.line === undefined) return null;
  const name = destinationWords(peerOf(call), t);
  return (
    <div className={styles['running']}>
      <div className={styles['runningHead']}>
        <p>{t('call.with', { name })}</p>
        <Button
          small
          icon={PhoneOff}
          onPress={() => {
            void commands.hangUp(call.callId).then((done) => {
              if (done) toast({ text: t('line.hungUp') });
              return undefined;
            });
          }}
        >
          {t('line.hangUp')}
        </Button>
      </div>
      <LiveLineCall call={call} line={call.line} label={t('call.progress')} nameLine={false} />
    </div>
  );
}

function LineFacts({ line }: { line: Line }): ReactNode {
  const t = useT();
  const formats = useFormats();
  const { modem } = line;
  const rate = Math.max(0, ...(modem?.sendRatesBps ?? []));
  const answers =
    line.direction === 'send'
      ? t('line.answersNever')
      : line.answerAfterRings === 0
        ? t('line.answersByHand')
        : t('line.answersAfter', { count: line.answerAfterRings });
  return (
    <>
      <Facts
        columns
        facts={[
          modem === undefined ? undefined : [t('line.modem'), modemName(modem, t)],
          [t('line.port'), line.path, 'exact'],
          modem === undefined || rate === 0
            ? undefined
            : [
                t('line.speed'),
                [
                  t('line.speedUpTo', { rate: formats.number(rate) }),
                  ...(modem.ecm ? [t('call.ecm').toLocaleLowerCase()] : []),
                ].join(' · '),
              ],
          [t('line.use'), t(`line.direction.${line.direction}`)],
          [t('line.answers'), answers],
          line.localId === '' ? undefined : [t('lineForm.localId'), line.localId, 'exact'],
          line.pool === '' ? undefined : [t('line.pool'), line.pool],
        ]}
      />
      {modem !== undefined && (
        <Fold title={t('line.technical')} level={3}>
          <Facts
            columns
            facts={[
              modem.revision === '' ? undefined : [t('line.firmware'), modem.revision, 'exact'],
              [
                t('line.classes'),
                t('line.classUsed', { classes: modem.classes.join(', '), faxClass: modem.faxClass }),
              ],
            ]}
          />
        </Fold>
      )}
    </>
  );
}
