// Tests a line, with a call if wished: the result in plain words, what was said to the modem folded away.

import { CircleCheck, FlaskConical, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Line, LineTestReport } from '../../protocol/api/lines.ts';
import { telephoneDestination } from '../../protocol/destination.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { useApi } from '../gateway/gateway.tsx';
import { useErrorWords } from '../language/errorWords.ts';
import { useLanguage, useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextField } from '../parts/fields.tsx';
import { Fold } from '../parts/fold.tsx';
import { Notice } from '../parts/notice.tsx';
import { lineAdvice, modemName } from './lineWords.ts';
import formStyles from '../parts/form.module.css';
import text from '../parts/text.module.css';
import styles from './lineTest.module.css';

type Test =
  | { state: 'idle' | 'running' }
  | { state: 'done'; report: LineTestReport }
  | { state: 'failed'; words: string };

export function LineTestDialog({ line, onClose }: { line: Line; onClose: () => void }): ReactNode {
  const t = useT();
  const api = useApi();
  const words = useErrorWords();
  const [number, setNumber] = useState('');
  const [wrong, setWrong] = useState(false);
  const [test, setTest] = useState<Test>({ state: 'idle' });
  const running = test.state === 'running';
  const start = async (): Promise<void> => {
    const typed = number.trim();
    const bad = typed !== '' && telephoneDestination(typed) === undefined;
    setWrong(bad);
    if (bad || running) return;
    setTest({ state: 'running' });
    try {
      const report = await api.lines.test.mutate({
        lineId: line.id,
        ...(typed === '' ? {} : { number: typed }),
      });
      setTest({ state: 'done', report });
    } catch (error) {
      setTest({ state: 'failed', words: words(error) });
    }
  };
  return (
    <Dialog
      wide
      title={t('lineTest.heading', { name: lineName(line.name, t) })}
      open
      onClose={onClose}
      footer={<Button onPress={onClose}>{t('action.close')}</Button>}
    >
      <form
        className={formStyles['form']}
        aria-label={t('line.test')}
        onSubmit={(event) => {
          event.preventDefault();
          void start();
        }}
      >
        <TextField
          label={t('lineTest.number')}
          hint={t('lineTest.numberHint')}
          type="tel"
          value={number}
          onChange={(next) => {
            setNumber(next);
            setWrong(false);
          }}
          maxLength={60}
          error={wrong ? t('lineTest.badNumber') : undefined}
          autoFocus
        />
        <div className={formStyles['buttons']}>
          <Button type="submit" kind="primary" icon={FlaskConical} isPending={running}>
            {running ? t('line.testing') : t('lineTest.start')}
          </Button>
          <span className={text['soft']}>{t('lineTest.duration')}</span>
        </div>
      </form>
      <div role="status">
        {test.state === 'failed' && <Notice tone="bad">{test.words}</Notice>}
        {test.state === 'done' && <Result line={line} report={test.report} />}
      </div>
    </Dialog>
  );
}

function Result({ line, report }: { line: Line; report: LineTestReport }): ReactNode {
  const t = useT();
  const language = useLanguage();
  const Icon = report.passed ? CircleCheck : TriangleAlert;
  const { call } = report;
  const heard = call !== undefined && (call.remoteId !== undefined || call.abilities !== undefined);
  const found: string[] = [];
  if (!report.answers) found.push(lineAdvice(line, t) ?? t('lineTest.noAnswer'));
  else {
    found.push(
      report.modem === undefined
        ? t('lineTest.answersOnly')
        : t('lineTest.answers', { modem: modemName(report.modem, t) }),
    );
    const advice = lineAdvice(line, t);
    if (advice !== undefined) found.push(advice);
    else if (report.dialTone === 'heard') found.push(t('lineTest.toneHeard'));
    else found.push(t(report.dialTone === 'notHeard' ? 'lineTest.toneNotHeard' : 'lineTest.toneUnknown'));
  }
  if (call !== undefined) {
    if (call.remoteId !== undefined && heard) found.push(t('lineTest.callHeardAs', { id: call.remoteId }));
    else if (heard || call.outcome.code === 'CONFIRMED') found.push(t('lineTest.callHeard'));
    else found.push(outcomeText(call.outcome.code, language));
  }
  return (
    <section className={styles['result']} data-passed={report.passed} aria-label={t('lineTest.title')}>
      <h3>
        <Icon size={18} aria-hidden />
        {report.passed ? t('lineTest.passed') : t('lineTest.notPassed')}
      </h3>
      <ul>
        {found.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {report.dialogue.length > 0 && (
        <Fold title={t('lineTest.dialogue')}>
          <pre
            className={styles['dialogue']}
            lang="en"
            aria-label={t('lineTest.dialogue')}
            // Scrolling by keyboard needs the focus.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
          >
            {report.dialogue.join('\n')}
          </pre>
        </Fold>
      )}
    </section>
  );
}
