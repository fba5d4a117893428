// A line's set-up as a form holds it: texts as typed, what is wrong with them, and what has changed.

import type { Line, LineSetup } from '../../protocol/api/lines.ts';
import { lineSetupSchema } from '../../protocol/api/lines.ts';
import type { MessageId } from '../language/en.ts';

export interface LineFields {
  name: string;
  kind: LineSetup['kind'];
  path: string;
  direction: LineSetup['direction'];
  answering: 'rings' | 'hand';
  rings: string;
  localId: string;
  toneDialling: boolean;
  dialPrefix: string;
  blindDial: boolean;
  pool: string;
  /** Separated by blanks. */
  cadences: string;
  faxClass: LineSetup['faxClass'];
  /** `auto`: recognised. */
  profile: string;
  flowControl: LineSetup['flowControl'];
  /** Commands, one a line. */
  extraInit: string;
}

/** Rings when a line that was answered by hand shall answer by itself: the caller id has arrived by then. */
const USUAL_RINGS = '2';

export function lineFieldsOf(line: Line): LineFields {
  return {
    name: line.name,
    kind: line.kind,
    path: line.path,
    direction: line.direction,
    answering: line.answerAfterRings === 0 ? 'hand' : 'rings',
    rings: line.answerAfterRings === 0 ? USUAL_RINGS : String(line.answerAfterRings),
    localId: line.localId,
    toneDialling: line.toneDialling,
    dialPrefix: line.dialPrefix,
    blindDial: line.blindDial,
    pool: line.pool,
    cadences: line.answerCadences.join(' '),
    faxClass: line.faxClass,
    profile: line.profile ?? 'auto',
    flowControl: line.flowControl,
    extraInit: line.extraInit.join('\n'),
  };
}

type Checked = 'name' | 'path' | 'rings' | 'localId' | 'dialPrefix' | 'extraInit';

export function lineErrors(fields: LineFields): Partial<Record<Checked, MessageId>> {
  const { shape } = lineSetupSchema;
  const rings = Number(fields.rings);
  const ringsWrong = fields.answering === 'rings' && !(Number.isInteger(rings) && rings >= 1 && rings <= 20);
  return {
    ...(fields.name.trim() === '' ? { name: 'lineForm.needName' } : {}),
    ...(fields.path.trim() === '' ? { path: 'addLine.needPath' } : {}),
    ...(ringsWrong ? { rings: 'lineForm.badRings' } : {}),
    ...(shape.localId.safeParse(fields.localId).success ? {} : { localId: 'lineForm.badLocalId' }),
    ...(shape.dialPrefix.safeParse(fields.dialPrefix.trim()).success
      ? {}
      : { dialPrefix: 'lineForm.badPrefix' }),
    ...(shape.extraInit.safeParse(linesOf(fields.extraInit)).success
      ? {}
      : { extraInit: 'lineForm.badInit' }),
  };
}

/** Only what differs from what is saved; empty when nothing does. */
export function lineChange(line: Line, fields: LineFields): Partial<LineSetup> {
  const before = setupOf(lineFieldsOf(line));
  const after = setupOf(fields);
  return {
    ...(after.name === before.name ? {} : { name: after.name }),
    ...(after.kind === before.kind ? {} : { kind: after.kind }),
    ...(after.path === before.path ? {} : { path: after.path }),
    ...(after.direction === before.direction ? {} : { direction: after.direction }),
    ...(after.answerAfterRings === before.answerAfterRings
      ? {}
      : { answerAfterRings: after.answerAfterRings }),
    ...(after.localId === before.localId ? {} : { localId: after.localId }),
    ...(after.toneDialling === before.toneDialling ? {} : { toneDialling: after.toneDialling }),
    ...(after.dialPrefix === before.dialPrefix ? {} : { dialPrefix: after.dialPrefix }),
    ...(after.blindDial === before.blindDial ? {} : { blindDial: after.blindDial }),
    ...(after.pool === before.pool ? {} : { pool: after.pool }),
    ...(same(after.answerCadences, before.answerCadences) ? {} : { answerCadences: after.answerCadences }),
    ...(after.faxClass === before.faxClass ? {} : { faxClass: after.faxClass }),
    ...(after.profile === before.profile ? {} : { profile: after.profile }),
    ...(after.flowControl === before.flowControl ? {} : { flowControl: after.flowControl }),
    ...(same(after.extraInit, before.extraInit) ? {} : { extraInit: after.extraInit }),
  };
}

/** An empty profile stands for: recognise the modem. */
type Setup = Required<Omit<LineSetup, 'enabled' | 'baudRate'>>;

function setupOf(fields: LineFields): Setup {
  return {
    name: fields.name.trim(),
    kind: fields.kind,
    path: fields.path.trim(),
    direction: fields.direction,
    answerAfterRings: fields.answering === 'hand' ? 0 : Number(fields.rings),
    localId: fields.localId.trim(),
    toneDialling: fields.toneDialling,
    dialPrefix: fields.dialPrefix.trim(),
    blindDial: fields.blindDial,
    pool: fields.pool.trim(),
    answerCadences: fields.cadences.split(/\s+/).filter((cadence) => cadence !== ''),
    faxClass: fields.faxClass,
    profile: fields.profile === 'auto' ? '' : fields.profile,
    flowControl: fields.flowControl,
    extraInit: linesOf(fields.extraInit),
  };
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const same = (a: readonly string[], b: readonly string[]): boolean => a.join('\n') === b.join('\n');
