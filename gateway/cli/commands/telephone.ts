// `hikyaku line retry` and `hikyaku line settings`: how telephone numbers are dialled, and tried again for each cause.

import type { Line, RetryCause, TelephoneSettings } from '../../../protocol/api/lines.ts';
import type { CommandContext } from '../commandContext.ts';
import { CommandError, EXIT, usageError } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import { fields, table } from '../output.ts';

/** Shows the rules, or changes the one for a cause. */
export async function retryRules(
  context: CommandContext,
  cause: RetryCause | undefined,
  { delay, tries }: { delay?: number; tries?: number },
): Promise<ExitCode> {
  const isChange = delay !== undefined || tries !== undefined;
  if (isChange && cause === undefined) throw usageError('Name the cause whose rule is to be changed.');
  return await context.withGateway(async ({ gateway, output }) => {
    const { retry } = await gateway.api.settings.telephone.query();
    if (cause === undefined || !isChange) {
      output.result(cause === undefined ? retry : retry[cause], ruleTable(retry, cause));
      return;
    }
    const rule = { ...retry[cause] };
    if (delay !== undefined) rule.delaySeconds = delay;
    if (tries !== undefined) rule.tries = tries;
    const changed = await gateway.api.settings.changeTelephone.mutate({ retry: { ...retry, [cause]: rule } });
    output.result(changed.retry, ruleTable(changed.retry, cause));
  });
}

export interface TelephoneOptions {
  country?: string;
  guard?: TelephoneSettings['wrongNumberGuard'];
  cheapHours?: string;
  copyQuality?: string;
  receivePassword?: string;
  answerWithin?: number;
  rule?: string[];
  /** False with --no-rules. */
  rules?: boolean;
}

/** Changes what is given, and shows all. */
export async function telephoneSettings(
  context: CommandContext,
  options: TelephoneOptions,
): Promise<ExitCode> {
  const change = changeOf(options);
  return await context.withGateway(async ({ gateway, output }) => {
    if (options.rule !== undefined) {
      const lines = await gateway.api.lines.list.query();
      change.rules = options.rule.map((text) => ruleOf(text, lines));
    }
    const settings =
      Object.keys(change).length === 0
        ? await gateway.api.settings.telephone.query()
        : await gateway.api.settings.changeTelephone.mutate(change);
    output.result(settings, settingsText(settings));
  });
}

const CHEAP_HOURS = /^((?:[01]\d|2[0-3]):[0-5]\d)\s*[-–]\s*((?:[01]\d|2[0-3]):[0-5]\d)$/;

function changeOf(options: TelephoneOptions): Partial<TelephoneSettings> {
  const change: Partial<TelephoneSettings> = {};
  const { country, guard, cheapHours, copyQuality, receivePassword, answerWithin } = options;
  if (country !== undefined) {
    if (!/^(?:none|[a-z]{2})$/i.test(country)) {
      throw usageError('A country is given by its two letters, such as jp, or as none.');
    }
    change.country = country === 'none' ? '' : country.toLowerCase();
  }
  if (guard !== undefined) change.wrongNumberGuard = guard;
  if (cheapHours !== undefined) {
    const [, from, to] = CHEAP_HOURS.exec(cheapHours) ?? [];
    if (from === undefined || to === undefined) throw usageError('Cheap hours are given as 22:00-06:00.');
    change.cheapHours = { from, to };
  }
  if (copyQuality !== undefined) {
    const [, percent, run] = /^(\d+(?:\.\d+)?)\/(\d+)$/.exec(copyQuality) ?? [];
    if (percent === undefined || run === undefined) {
      throw usageError(
        'Copy quality is given as 95/5: percent of good rows, and the longest run of bad ones.',
      );
    }
    change.copyQuality = { minGoodPercent: Number(percent), maxBadRun: Number(run) };
  }
  if (receivePassword !== undefined) change.receivePassword = receivePassword;
  if (answerWithin !== undefined) change.answerWithinSeconds = answerWithin;
  if (options.rules === false) change.rules = [];
  return change;
}

/** `+1=Front,abroad`: lines by id or name, pools by name. */
function ruleOf(text: string, lines: Line[]): TelephoneSettings['rules'][number] {
  const [, prefix = '', names = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  const wanted = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (prefix === '' || wanted.length === 0) {
    throw usageError('A rule is given as PREFIX=LINE,LINE, such as +1=Front.');
  }
  return {
    prefix,
    lines: wanted.map((name) => {
      const line = lines.find(({ id, name: lineName }) => id === name || lineName === name);
      // By its id a line stays in the rule whatever it is called later.
      if (line !== undefined) return line.id;
      if (lines.some(({ pool }) => pool === name)) return name;
      throw new CommandError(EXIT.failed, 'NOT_FOUND', `There is no line or pool “${name}”.`);
    }),
  };
}

const CAUSE_WORDS: Record<RetryCause, string> = {
  busy: 'the number is busy',
  noAnswer: 'nobody answers',
  noFax: 'no fax machine is heard',
  cannotReceive: 'the machine cannot receive, out of paper for instance',
  training: 'no rate is found that the line carries',
  pageRejected: 'a page is rejected',
  broken: 'the call breaks off',
  line: 'our line or modem is not ready',
};

function ruleTable(retry: TelephoneSettings['retry'], only: RetryCause | undefined): string {
  const rows = Object.entries(CAUSE_WORDS).flatMap(([name, words]) => {
    const cause = name as RetryCause;
    if (only !== undefined && only !== cause) return [];
    const { delaySeconds, tries } = retry[cause];
    return [[cause, String(tries), `${delaySeconds} s`, words]];
  });
  return table(['CAUSE', 'TRIES', 'DELAY', 'WHEN'], rows, '');
}

function settingsText(settings: TelephoneSettings): string {
  const { cheapHours, copyQuality, rules } = settings;
  const [firstRule, ...otherRules] = rules.map(({ prefix, lines }) => `${prefix} over ${lines.join(', ')}`);
  return fields([
    ['Country', settings.country === '' ? 'none: numbers are dialled as written' : settings.country],
    ['Wrong-number guard', settings.wrongNumberGuard],
    ['Cheap hours', `${cheapHours.from}-${cheapHours.to}`],
    [
      'Copy quality',
      `${copyQuality.minGoodPercent} % good rows, at most ${copyQuality.maxBadRun} bad ones in a row`,
    ],
    ['Receive password', settings.receivePassword === '' ? 'none' : settings.receivePassword],
    ['Answer within', `${settings.answerWithinSeconds} s`],
    ['Rules', firstRule ?? 'none: every line for every number'],
    ...otherRules.map((rule): [string, string] => ['', rule]),
  ]);
}
