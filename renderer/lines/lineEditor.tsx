// A line's set-up: what everybody needs in sight, dialling and modem folded away.

import { type ReactNode, useState } from 'react';
import type { Line } from '../../protocol/api/lines.ts';
import { faxClassSchema } from '../../protocol/modem.ts';
import { useT } from '../language/language.tsx';
import { lineName } from '../language/lineName.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Segments, SwitchField, TextField } from '../parts/fields.tsx';
import { Fold } from '../parts/fold.tsx';
import { SelectField } from '../parts/select.tsx';
import { useToast } from '../parts/toasts.tsx';
import { type LineFields, lineChange, lineErrors, lineFieldsOf } from './lineFields.ts';
import { profileOptions } from './lineWords.ts';
import { useLineCommands } from './useLineCommands.ts';
import formStyles from '../parts/form.module.css';

const FORM = 'lineForm';

export function LineEditor({ line: kept, onClose }: { line: Line; onClose: () => void }): ReactNode {
  const t = useT();
  // A name that nobody gave is shown as everywhere, and stays nobody's when it is not touched.
  const line = { ...kept, name: lineName(kept.name, t) };
  const toast = useToast();
  const commands = useLineCommands();
  const [fields, setFields] = useState(() => lineFieldsOf(line));
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const errors = lineErrors(fields);
  const set = (part: Partial<LineFields>): void => setFields((old) => ({ ...old, ...part }));
  const errorOf = (name: keyof typeof errors): string | undefined =>
    tried && errors[name] !== undefined ? t(errors[name]) : undefined;
  const receives = fields.direction !== 'send';
  // What is wrong must be in sight.
  const wrong = (names: readonly (keyof typeof errors)[]): boolean =>
    tried && names.some((name) => errors[name] !== undefined);

  const save = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(errors).length > 0 || saving) return;
    const change = lineChange(line, fields);
    if (Object.keys(change).length === 0) {
      onClose();
      return;
    }
    setSaving(true);
    const saved = await commands.change(line.id, change);
    setSaving(false);
    if (saved === undefined) return;
    toast({ text: t('lineForm.saved', { name: lineName(saved.name, t) }) });
    onClose();
  };

  return (
    <Dialog
      wide
      title={t('lineForm.title', { name: line.name })}
      open
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" form={FORM} kind="primary" isPending={saving}>
            {t('action.saveChanges')}
          </Button>
        </>
      }
    >
      <form
        id={FORM}
        className={formStyles['form']}
        aria-label={t('line.edit')}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div className={formStyles['pair']}>
          <TextField
            label={t('lineForm.name')}
            hint={t('lineForm.nameHint')}
            value={fields.name}
            onChange={(name) => set({ name })}
            maxLength={60}
            error={errorOf('name')}
            autoFocus
          />
          <TextField
            label={t('lineForm.localId')}
            hint={t('lineForm.localIdHint')}
            type="tel"
            value={fields.localId}
            onChange={(localId) => set({ localId })}
            maxLength={20}
            error={errorOf('localId')}
          />
          <Segments
            label={t('lineForm.kind')}
            value={fields.kind}
            onChange={(kind) => set({ kind })}
            options={[
              { value: 'telephone', label: t('lineForm.kind.telephone') },
              { value: 'machine', label: t('lineForm.kind.machine') },
            ]}
          />
          <Segments
            label={t('lineForm.direction')}
            value={fields.direction}
            onChange={(direction) => set({ direction })}
            options={[
              { value: 'both', label: t('lineForm.direction.both') },
              { value: 'send', label: t('lineForm.direction.send') },
              { value: 'receive', label: t('lineForm.direction.receive') },
            ]}
          />
          {receives && (
            <Segments
              label={t('lineForm.answering')}
              value={fields.answering}
              onChange={(answering) => set({ answering })}
              options={[
                { value: 'rings', label: t('lineForm.answer.rings') },
                { value: 'hand', label: t('lineForm.answer.hand') },
              ]}
            />
          )}
          {receives && fields.answering === 'rings' && (
            <TextField
              label={t('lineForm.rings')}
              hint={t('lineForm.ringsHint')}
              value={fields.rings}
              onChange={(rings) => set({ rings })}
              maxLength={2}
              error={errorOf('rings')}
            />
          )}
        </div>
        <Fold title={t('lineForm.dialling')} level={3} mustBeOpen={wrong(['dialPrefix'])}>
          <div className={formStyles['pair']}>
            <Segments
              label={t('lineForm.way')}
              value={fields.toneDialling ? 'tone' : 'pulse'}
              onChange={(way) => set({ toneDialling: way === 'tone' })}
              options={[
                { value: 'tone', label: t('lineForm.tone') },
                { value: 'pulse', label: t('lineForm.pulse') },
              ]}
            />
            <TextField
              label={t('lineForm.prefix')}
              hint={t('lineForm.prefixHint')}
              exact
              value={fields.dialPrefix}
              onChange={(dialPrefix) => set({ dialPrefix })}
              maxLength={20}
              error={errorOf('dialPrefix')}
            />
            <SwitchField
              label={t('lineForm.blind')}
              hint={t('lineForm.blindHint')}
              value={fields.blindDial}
              onChange={(blindDial) => set({ blindDial })}
            />
            <TextField
              label={t('lineForm.pool')}
              hint={t('lineForm.poolHint')}
              value={fields.pool}
              onChange={(pool) => set({ pool })}
              maxLength={40}
            />
          </div>
        </Fold>
        <Fold title={t('lineForm.modem')} level={3} mustBeOpen={wrong(['path', 'extraInit'])}>
          <div className={formStyles['pair']}>
            <TextField
              label={t('addLine.path')}
              hint={t('addLine.pathHint')}
              exact
              value={fields.path}
              onChange={(path) => set({ path })}
              maxLength={400}
              error={errorOf('path')}
            />
            <SelectField
              label={t('lineForm.class')}
              value={fields.faxClass}
              onChange={(faxClass) => set({ faxClass })}
              options={[
                { value: 'auto', label: t('lineForm.class.auto') },
                ...faxClassSchema.options.map((faxClass) => ({
                  value: faxClass,
                  label: t('lineForm.classN', { faxClass }),
                })),
              ]}
            />
            <SelectField
              label={t('lineForm.profile')}
              hint={t('lineForm.profileHint')}
              value={fields.profile}
              onChange={(profile) => set({ profile })}
              options={profileOptions(fields.profile, t)}
            />
            <SelectField
              label={t('lineForm.flow')}
              value={fields.flowControl}
              onChange={(flowControl) => set({ flowControl })}
              options={(['auto', 'hardware', 'software', 'none'] as const).map((flow) => ({
                value: flow,
                label: t(`lineForm.flow.${flow}`),
              }))}
            />
            <TextField
              label={t('lineForm.init')}
              hint={t('lineForm.initHint')}
              exact
              rows={3}
              value={fields.extraInit}
              onChange={(extraInit) => set({ extraInit })}
              error={errorOf('extraInit')}
            />
            {receives && (
              <TextField
                label={t('lineForm.cadences')}
                hint={t('lineForm.cadencesHint')}
                exact
                value={fields.cadences}
                onChange={(cadences) => set({ cadences })}
              />
            )}
          </div>
        </Fold>
      </form>
    </Dialog>
  );
}
