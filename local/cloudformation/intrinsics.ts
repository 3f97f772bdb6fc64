/** Where the intrinsic functions of a template find what they name. */
export interface Scope {
  /** A parameter, a pseudo parameter or a resource's `Ref`; throws for an unknown name. */
  ref(name: string): unknown;
  getAtt(logicalId: string, attribute: string): unknown;
  importValue(name: string): unknown;
  /** An output of another stack of this region, exported or not. */
  stackOutput(stack: string, output: string): unknown;
  findInMap(map: string, first: string, second: string): unknown;
  condition(name: string): boolean;
  /** A text that was put together: dynamic references and addresses of this platform are filled in here. */
  finishText(text: string): string;
  readonly region: string;
}

/** Stands for `AWS::NoValue`: the property or list entry that it is the value of is left out. */
export const noValue = Symbol('AWS::NoValue');

type Evaluate = (argument: unknown, scope: Scope) => unknown;

/** A template value with every intrinsic function in it replaced by what it stands for. */
export function resolveValue(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return scope.finishText(value);
  if (Array.isArray(value)) return value.map((entry) => resolveValue(entry, scope)).filter((entry) => entry !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (only && entries.length === 1 && (only[0] === 'Ref' || only[0] === 'Condition' || only[0].startsWith('Fn::'))) {
    const evaluate = functions[only[0]];
    if (!evaluate) throw new Error(`The local platform does not know the intrinsic function ${only[0]}.`);
    const result = evaluate(only[1], scope);
    return typeof result === 'string' ? scope.finishText(result) : result;
  }
  return Object.fromEntries(entries.map(([key, entry]) => [key, resolveValue(entry, scope)]).filter(([, entry]) => entry !== noValue));
}

const functions: Readonly<Record<string, Evaluate>> = {
  Ref: (name, scope) => scope.ref(text(name)),
  Condition: (name, scope) => scope.condition(text(name)),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId = '', ...attribute] = typeof argument === 'string' ? argument.split('.') : list(argument, scope).map(text);
    return scope.getAtt(logicalId, attribute.join('.'));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = pair(argument);
    return list(resolveValue(parts, scope), scope).map(text).join(text(separator));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, scope) => {
    const [index, from] = pair(argument);
    const values = list(resolveValue(from, scope), scope);
    const found = values[Number(resolveValue(index, scope))];
    if (found === undefined) throw new Error(`Fn::Select has no entry ${String(index)} among ${values.length}.`);
    return found;
  },
  'Fn::Split': (argument, scope) => {
    const [separator, source] = pair(argument);
    return text(resolveValue(source, scope)).split(text(separator));
  },
  'Fn::ImportValue': (argument, scope) => scope.importValue(text(resolveValue(argument, scope))),
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, OutputName, Region = scope.region, ...others } = resolveValue(argument, scope) as Record<string, unknown>;
    if (Region !== scope.region || Object.keys(others).length > 0) throw new Error('Outputs of stacks in other regions or accounts are not played.');
    return scope.stackOutput(text(StackName), text(OutputName));
  },
  'Fn::FindInMap': (argument, scope) => {
    const [map = '', first = '', second = ''] = list(argument, scope).map(text);
    return scope.findInMap(map, first, second);
  },
  'Fn::If': (argument, scope) => {
    const [name, whenTrue, whenFalse] = argument as unknown[];
    return resolveValue(scope.condition(text(name)) ? whenTrue : whenFalse, scope);
  },
  'Fn::And': (argument, scope) => list(argument, scope).every(Boolean),
  'Fn::Or': (argument, scope) => list(argument, scope).some(Boolean),
  'Fn::Not': (argument, scope) => !list(argument, scope)[0],
  'Fn::Equals': (argument, scope) => {
    const [left, right] = list(argument, scope);
    return String(left) === String(right);
  },
  'Fn::Base64': (argument, scope) => Buffer.from(text(resolveValue(argument, scope))).toString('base64'),
  'Fn::GetAZs': (_argument, scope) => ['a', 'b', 'c'].map((zone) => scope.region + zone),
};

function substitute(argument: unknown, scope: Scope): string {
  const [template, own] = typeof argument === 'string' ? [argument, {}] : pair(argument);
  const values = resolveValue(own, scope) as Record<string, unknown>;
  return text(template).replaceAll(/\$\{(!?)([^}]+)\}/gu, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(values, name)) return text(values[name]);
    const dot = name.indexOf('.');
    return text(dot < 0 ? scope.ref(name) : scope.getAtt(name.slice(0, dot), name.slice(dot + 1)));
  });
}

function text(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`Expected a text in the template, got ${JSON.stringify(value) ?? String(value)}.`);
}

function list(value: unknown, scope: Scope): unknown[] {
  const resolved = resolveValue(value, scope);
  if (Array.isArray(resolved)) return resolved;
  throw new Error(`Expected a list in the template, got ${JSON.stringify(value)}.`);
}

function pair(value: unknown): [unknown, unknown] {
  if (Array.isArray(value) && value.length === 2) return [value[0], value[1]];
  throw new Error(`Expected two arguments in the template, got ${JSON.stringify(value)}.`);
}
