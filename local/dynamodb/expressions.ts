// oxlint-disable no-underscore-dangle -- the names with an underscore are the protocol's and dynalite's
import { mapPath, matchesExprFilter, matchesFilter } from 'dynalite/db/index.js';
import type { WireItem, WireValue } from './wire.ts';

/** A document path: names and list indexes. */
export type Path = (string | number)[];

/** A node of the tree that dynalite's parser makes of a condition or filter expression. */
export interface Expression {
  type: string;
  name?: string;
  args: Operand[];
}

type Operand = Path | Expression | WireValue;

export interface Condition {
  _condition?: { expression: Expression };
  _filter?: { expression: Expression };
  Expected?: Record<string, unknown>;
  QueryFilter?: Record<string, unknown>;
  ScanFilter?: Record<string, unknown>;
  ConditionalOperator?: string;
}

/** Whether an item (an empty one when there is none) satisfies the request's condition; no condition: it does. */
export function meetsCondition(item: WireItem, request: Condition): boolean {
  if (request._condition !== undefined) return matches(item, request._condition.expression);
  return request.Expected === undefined || matchesFilter(item, request.Expected, request.ConditionalOperator);
}

/** Whether a read item stays in the answer of a Query or Scan. */
export function passesFilter(item: WireItem, request: Condition): boolean {
  if (request._filter !== undefined) return matches(item, request._filter.expression);
  const filter = request.QueryFilter ?? request.ScanFilter;
  return filter === undefined || matchesFilter(item, filter, request.ConditionalOperator);
}

/** dynalite's evaluation, but for comparisons of maps and lists, which it makes by identity, and of two absent values. */
function matches(item: WireItem, expression: Expression): boolean {
  const { type, args } = expression;
  if (type === 'and') return args.every((arg) => matches(item, arg as Expression));
  if (type === 'or') return args.some((arg) => matches(item, arg as Expression));
  if (type === 'not') return !matches(item, args[0] as Expression);
  if (args.some(isCall)) return matchesExprFilter(item, expression);
  const [left, ...right] = args.map((arg) => valueOf(arg, item));
  if (type === '=') return isSame(left, right[0]);
  if (type === '<>') return !isSame(left, right[0]);
  if (type === 'in') return right.some((value) => isSame(left, value));
  if (expression.name === 'contains' && left?.L !== undefined) return left.L.some((value) => isSame(value, right[0]));
  return matchesExprFilter(item, expression);
}

function isCall(operand: Operand): boolean {
  return !Array.isArray(operand) && 'type' in operand;
}

function valueOf(operand: Operand, item: WireItem): WireValue | undefined {
  if (Array.isArray(operand)) return mapPath(operand, item) ?? undefined;
  return operand as WireValue;
}

function isSame(left: WireValue | undefined, right: WireValue | undefined): boolean {
  return left !== undefined && right !== undefined && sameValue(left, right);
}

/** Equal as DynamoDB sees it: the order of a set's members and of a map's names does not count. */
export function sameValue(left: WireValue, right: WireValue): boolean {
  const type = Object.keys(left)[0] as keyof WireValue;
  const [a, b] = [left[type], right[type]];
  if (b === undefined) return false;
  if (type === 'M') return sameItem(a as WireItem, b as WireItem);
  if (type === 'L') return sameList(a as WireValue[], b as WireValue[]);
  if (!Array.isArray(a)) return a === b;
  const members = new Set(b as string[]);
  return a.length === members.size && (a as string[]).every((member) => members.has(member));
}

export function sameItem(left: WireItem, right: WireItem): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => isSame(left[name], right[name]));
}

function sameList(left: WireValue[], right: WireValue[]): boolean {
  return left.length === right.length && left.every((value, i) => isSame(value, right[i]));
}
