import { describe, expect, it } from 'vitest';
import { cutIntoChunks } from '../../../shared/usage/chunks.ts';
import { fivePastTen, usageLine } from './lines.ts';

const hourMs = 3_600_000;

describe('what one transaction counts', () => {
  it('is at most ten thousand lines, whose ids fit into one item', () => {
    const lines = Array.from({ length: 10_001 }, (_, index) => usageLine(String(index)));
    expect(cutIntoChunks(lines).map((chunk) => chunk.length)).toEqual([10_000, 1]);
  });

  it('is whole hours of a key, in whatever order its lines came: an hour costs one write', () => {
    const hours = Array.from({ length: 60 }, (_, hour) => hour);
    const lines = [...hours, ...hours].map((hour, index) => usageLine(String(index), { atMs: fivePastTen + hour * hourMs }));
    expect(cutIntoChunks(lines).map((chunk) => chunk.length)).toEqual([66, 54]);
  });
});
