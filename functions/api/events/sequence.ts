import { decodeCursor } from '../../../shared/api/paging.ts';
import { Problem } from '../../../shared/errors/problems.ts';

/** The sequence that a cursor of a list of events or checkpoints holds; throws 400 `invalid_cursor` for any other. */
export function readSequence(list: string, cursor: string): number {
  const sequence = Number(decodeCursor(list, cursor, 1)[0]);
  if (!Number.isSafeInteger(sequence) || sequence < 1) throw new Problem('invalid_cursor', 'The cursor is not one that this list has given.');
  return sequence;
}
