import { mapPath } from 'dynalite/db/index.js';
import type { Expression, Path } from '../expressions.ts';
import type { WireItem, WireValue } from '../wire.ts';

type Operand = Path | WireValue | Expression;

/** One action of an update expression, as dynalite's parser makes it. */
export interface UpdateSection {
  type: 'set' | 'remove' | 'add' | 'delete';
  path: Path;
  val?: Operand;
}

/**
 * Makes dynalite, which applies one action after the other, give what DynamoDB does, where all read the item as it was:
 * what a SET takes from the item becomes a copy, else a later action (`SET previous = total ADD total :n`) would change
 * both; and elements go from lists last and backwards, else the first to go would shift the others.
 */
export function prepareSections(sections: UpdateSection[], item: WireItem | undefined): void {
  if (item === undefined || sections.length < 2) return;
  for (const section of sections) if (section.type === 'set' && section.val) section.val = detached(section.val, item);
  sections.sort((a, b) => removedIndex(b) - removedIndex(a)).sort((a, b) => Number(isRemoval(a)) - Number(isRemoval(b)));
}

function isRemoval({ type, path }: UpdateSection): boolean {
  return type === 'remove' && typeof path.at(-1) === 'number';
}

function removedIndex(section: UpdateSection): number {
  return isRemoval(section) ? Number(section.path.at(-1)) : 0;
}

function detached(operand: Operand, item: WireItem): Operand {
  if (Array.isArray(operand)) return structuredClone(mapPath(operand, item)) ?? operand;
  if (!('args' in operand) || !Array.isArray(operand.args)) return operand;
  if (operand.name !== 'if_not_exists') return { ...operand, args: operand.args.map((arg) => detached(arg, item)) };
  const [path, fallback] = operand.args;
  const present = mapPath(path as Path, item);
  return present ? structuredClone(present) : detached(fallback as Operand, item);
}
