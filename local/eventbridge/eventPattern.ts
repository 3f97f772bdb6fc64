/** Whether an event, or a record of a stream, is one that a pattern is after. */
export type EventPattern = (event: unknown) => boolean;

/** Whether one value of an event, undefined where it is missing, is what a leaf of a pattern asks for. */
type ValueTest = (value: unknown) => boolean;

/**
 * Compiles an event pattern as EventBridge and the filters of event sources write it: every field it names has to
 * hold one of the listed values, or one that a matcher takes. Throws for a matcher that is not played here: a pattern
 * that is only half understood would let through what AWS holds back.
 */
export function compilePattern(pattern: unknown): EventPattern {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) throw new Error(`An event pattern is an object with at least one field, got ${JSON.stringify(pattern)}.`);
  const fields = Object.entries(pattern).map(([name, wanted]) => [name, compileField(name, wanted)] as const);
  return (event) => fields.every(([name, matches]) => matches(isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined));
}

function compileField(name: string, wanted: unknown): ValueTest {
  if (name.startsWith('$')) throw notPlayed(name);
  if (!Array.isArray(wanted)) {
    const nested = compilePattern(wanted);
    return (value) => (Array.isArray(value) ? value.some(nested) : nested(value));
  }
  if (wanted.length === 0) throw new Error(`The event pattern's field "${name}" lists no value.`);
  const tests = wanted.map(compileLeaf);
  return (value) => tests.some((matches) => matches(value));
}

function compileLeaf(wanted: unknown): ValueTest {
  if (!isObject(wanted)) return anyElement((value) => value === wanted);
  const [matcher = '', argument, ...rest] = Object.entries(wanted).flat();
  const compile = Object.hasOwn(matchers, String(matcher)) ? matchers[String(matcher)] : undefined;
  if (!compile || rest.length > 0) throw notPlayed(Object.keys(wanted).join(', '));
  return compile(argument);
}

const matchers: Readonly<Record<string, (argument: unknown) => ValueTest>> = {
  prefix: (argument) => textTest('prefix', argument, (value, part) => value.startsWith(part)),
  suffix: (argument) => textTest('suffix', argument, (value, part) => value.endsWith(part)),
  'equals-ignore-case': (argument) => textTest('equals-ignore-case', argument, (value, other) => value.toLowerCase() === other.toLowerCase()),
  'anything-but': anythingBut,
  exists,
};

function textTest(matcher: string, argument: unknown, matches: (value: string, argument: string) => boolean): ValueTest {
  if (typeof argument !== 'string' || argument === '') throw new Error(`The matcher "${matcher}" takes a text, got ${JSON.stringify(argument)}.`);
  return anyElement((value) => typeof value === 'string' && matches(value, argument));
}

/** Takes any value that is there, except the listed ones. */
function anythingBut(argument: unknown): ValueTest {
  const excluded = (Array.isArray(argument) ? argument : [argument]) as unknown[];
  if (excluded.length === 0) throw new Error('The matcher "anything-but" lists no value.');
  const tests = excluded.map((one) => {
    if (!isObject(one)) return compileLeaf(one);
    const [name = ''] = Object.keys(one);
    if (Array.isArray(argument) || !['prefix', 'suffix', 'equals-ignore-case'].includes(name)) throw notPlayed(`anything-but: ${JSON.stringify(argument)}`);
    return compileLeaf(one);
  });
  return anyElement((value) => value !== undefined && !tests.some((isExcluded) => isExcluded(value)));
}

function exists(argument: unknown): ValueTest {
  if (typeof argument !== 'boolean') throw new Error(`The matcher "exists" takes true or false, got ${JSON.stringify(argument)}.`);
  // As in AWS, only a value at the end of a path counts: an object in its place is none.
  return (value) => (value !== undefined && !isObject(value)) === argument;
}

/** A list in an event matches with any of its elements. */
function anyElement(matches: ValueTest): ValueTest {
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notPlayed(matcher: string): Error {
  return new Error(`The local platform does not play the matcher "${matcher}" of event patterns.`);
}
