// oxlint-disable typescript/consistent-type-imports -- ambient modules cannot import relatively
// The parts of dynalite that are used: what it knows of requests, expressions and keys. It has no types of its own.

declare module 'dynalite/db/index.js' {
  type Item = import('./wire.ts').WireItem;
  type Value = import('./wire.ts').WireValue;
  type TableDescription = import('./wire.ts').TableDescription;
  type KeySchema = import('./wire.ts').KeySchemaElement[];
  type Failure = import('./failure.ts').Failure;
  type Found = Failure | null | undefined;
  type Expression = import('./expressions.ts').Expression;
  type Path = import('./expressions.ts').Path;

  export function validateKey(key: Item, table: TableDescription): Found;
  export function validateItem(item: Item, table: TableDescription): Found;
  export function validateKeyPaths(nestedPaths: Record<string, true> | undefined, table: TableDescription): Found;
  /** Text whose order is DynamoDB's: hash of the partition key, then the keys. */
  export function createKey(item: Item, table: TableDescription, keySchema?: KeySchema): string;
  export function mapPath(path: Path, item: Item): Value | null | undefined;
  export function mapPaths(paths: (Path | string)[], item: Item): Item;
  export function matchesExprFilter(item: Item, expression: Expression): boolean;
  export function matchesFilter(item: Item, filter: Record<string, unknown>, conditionalOperator?: string): boolean;
  export function addConsumedCapacity(
    request: object,
    isRead: boolean,
    newItem?: Item,
    oldItem?: Item,
  ): Record<string, unknown> | undefined;
}

declare module 'dynalite/validations/index.js' {
  export type FieldRule = string | { type: string; children?: FieldRule | Record<string, FieldRule>; [rule: string]: unknown };
  export type Rules = Record<string, FieldRule>;
  export type Custom = (data: never, store: { options: { maxItemSize: number } }) => string | null | undefined;
  export function checkTypes(data: object, types: Rules): Record<string, unknown>;
  export function checkValidations(data: object, types: Rules, custom: Custom | undefined, store: object): void;
}

declare module 'dynalite/validations/*' {
  export const types: import('dynalite/validations/index.js').Rules;
  export const custom: import('dynalite/validations/index.js').Custom;
}

declare module 'dynalite/actions/*' {
  type Callback = (error: Error | null | undefined, result?: Record<string, unknown>) => void;
  const action: (store: object, data: object, callback: Callback) => void;
  export { action as default };
}
