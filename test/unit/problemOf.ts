import { Problem } from '../../shared/errors/problems.ts';

/** The Problem that a call throws; fails the test when it throws none. */
export function problemOf(call: () => unknown): Problem {
  try {
    call();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('No problem was thrown.');
}
