// A command line of V.250 cut into its commands. Takes any text; what is no command is given as `unknown`.

export type AtCommand =
  | { kind: 'dial'; number: string }
  /** `E0`, `&F`, `%C1`: one letter, with the character before it that makes it another one. */
  | { kind: 'basic'; name: string; value: number | null }
  | { kind: 'register'; register: number; value: number | null }
  /** `+FCLASS=1`, `#CID=1`, `-FOO?`. */
  | { kind: 'extended'; name: string; action: 'set' | 'read' | 'test' | 'run'; value: string }
  | { kind: 'unknown'; text: string };

const DIAL = /^D(?<number>.*)$/i;
const REGISTER = /^S(?<register>\d{1,3})(?:=(?<value>\d{0,5})|(?<read>\?))/i;
const EXTENDED =
  /^(?<name>[+#][A-Z][A-Z0-9]*)(?:(?<test>=\?)|(?<read>\?)|=(?<value>(?:"[^"]*"?|[^;"])*))?(?:;|(?=[+#]|$))/i;
const BASIC = /^(?<name>[&%\\*)-]?[A-Z])(?<value>\d{0,5})/i;

/** `line` without `AT` and without the carriage return. */
export function parseAtLine(line: string): AtCommand[] {
  const commands: AtCommand[] = [];
  let rest = line.trimStart();
  while (rest.length > 0) {
    const [command, length] = nextCommand(rest);
    commands.push(command);
    rest = rest.slice(length).replace(/^[ ;]+/, '');
  }
  return commands;
}

function nextCommand(text: string): [AtCommand, number] {
  const extended = EXTENDED.exec(text);
  if (extended?.groups !== undefined) {
    const { name = '', test, read, value } = extended.groups;
    const action =
      test === undefined ? (read === undefined ? (value === undefined ? 'run' : 'set') : 'read') : 'test';
    return [
      { kind: 'extended', name: name.toUpperCase(), action, value: (value ?? '').trim() },
      extended[0].length,
    ];
  }
  const dial = DIAL.exec(text);
  if (dial?.groups !== undefined) {
    return [{ kind: 'dial', number: (dial.groups['number'] ?? '').trim() }, text.length];
  }
  const register = REGISTER.exec(text);
  if (register?.groups !== undefined) {
    const { register: number, value, read } = register.groups;
    return [
      { kind: 'register', register: Number(number), value: read === undefined ? Number(value ?? 0) : null },
      register[0].length,
    ];
  }
  const basic = BASIC.exec(text);
  if (basic?.groups !== undefined) {
    const { name = '', value = '' } = basic.groups;
    return [
      { kind: 'basic', name: name.toUpperCase(), value: value === '' ? null : Number(value) },
      basic[0].length,
    ];
  }
  return [{ kind: 'unknown', text }, text.length];
}
