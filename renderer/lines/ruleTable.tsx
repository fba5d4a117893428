// Which lines for which numbers: rules by the beginning of a number, the first that fits counts.

import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Input, TextField } from 'react-aria-components';
import { useT } from '../language/language.tsx';
import { Button, IconButton } from '../parts/button.tsx';
import fieldStyles from '../parts/fields.module.css';
import type { RuleFields } from './diallingFields.ts';
import tableStyles from '../parts/table.module.css';
import text from '../parts/text.module.css';

export function RuleTable({
  rules,
  onChange,
  error,
}: {
  rules: readonly RuleFields[];
  onChange: (rules: readonly RuleFields[]) => void;
  error: string | undefined;
}): ReactNode {
  const t = useT();
  const change = (key: number, part: Partial<RuleFields>): void =>
    onChange(rules.map((rule) => (rule.key === key ? { ...rule, ...part } : rule)));
  return (
    <>
      {rules.length === 0 ? (
        <p className={text['soft']}>{t('dialling.noRules')}</p>
      ) : (
        <table className={tableStyles['table']}>
          <thead>
            <tr>
              <th scope="col">{t('dialling.prefix')}</th>
              <th scope="col">{t('dialling.ruleLines')}</th>
              <th scope="col">
                <span className="visuallyHidden">{t('line.remove')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule, index) => (
              <tr key={rule.key}>
                <td>
                  <TextField
                    aria-label={t('dialling.prefixOf', { number: index + 1 })}
                    value={rule.prefix}
                    onChange={(prefix) => change(rule.key, { prefix })}
                    maxLength={30}
                    autoComplete="off"
                  >
                    <Input className={`${fieldStyles['input']} ${fieldStyles['exact']}`} />
                  </TextField>
                </td>
                <td>
                  <TextField
                    aria-label={t('dialling.linesOf', { number: index + 1 })}
                    value={rule.lines}
                    onChange={(lines) => change(rule.key, { lines })}
                    autoComplete="off"
                  >
                    <Input className={fieldStyles['input'] ?? ''} />
                  </TextField>
                </td>
                <td>
                  <IconButton
                    icon={Trash2}
                    label={t('dialling.removeRule', { number: index + 1 })}
                    onPress={() => onChange(rules.filter(({ key }) => key !== rule.key))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {error !== undefined && <p className={fieldStyles['error']}>{error}</p>}
      <div>
        <Button
          small
          icon={Plus}
          onPress={() =>
            onChange([
              ...rules,
              { key: Math.max(-1, ...rules.map(({ key }) => key)) + 1, prefix: '', lines: '' },
            ])
          }
        >
          {t('dialling.addRule')}
        </Button>
      </div>
    </>
  );
}
