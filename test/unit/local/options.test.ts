import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../local/options.ts';

describe('the options of npm start', () => {
  it.each([
    [[], { firstPort: 4700, isFresh: false }],
    [['--port', '4800'], { firstPort: 4800, isFresh: false }],
    [['--port=4800', '--fresh'], { firstPort: 4800, isFresh: true }],
    [['--help'], 'help'],
  ])('%j', (args, expected) => {
    expect(parseOptions(args)).toEqual(expected);
  });

  it.each([
    [['--wat'], '--wat'],
    [['4800'], '4800'],
    [['--port'], '--port'],
    [['--port', '0'], 'got 0'],
    [['--port', '65530'], 'from 1 to 65528, got 65530'],
    [['--port', '-1'], '--port'],
    [['--port', '47.5'], 'got 47.5'],
    [['--port', '1e3'], 'got 1e3'],
    [['--fresh=no'], '--fresh'],
  ])('%j is refused, and the message says what was given', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
