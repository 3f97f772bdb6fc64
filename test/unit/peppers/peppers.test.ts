import { describe, expect, it } from 'vitest';
import { parsePeppers } from '../../../shared/peppers/peppers.ts';

const one = '1'.repeat(32);
const two = '2'.repeat(64);

describe('the pepper secret', () => {
  it('as CloudFormation generates it holds pepper 1 at its top', () => {
    const peppers = parsePeppers(JSON.stringify({ current: 1, peppers: {}, initial: one }));
    expect([peppers.current, [...peppers.byVersion]]).toEqual(['1', [['1', '11111111111111111111111111111111']]]);
  });

  it('keeps every version, and names the current one', () => {
    const peppers = parsePeppers(JSON.stringify({ current: 2, peppers: { 2: two }, initial: one }));
    expect([peppers.current, [...peppers.byVersion.keys()]]).toEqual(['2', ['1', '2']]);
  });

  it('takes the listed pepper 1 before the generated one', () => {
    const peppers = parsePeppers(JSON.stringify({ current: 1, peppers: { 1: two }, initial: one }));
    expect(peppers.byVersion.get('1')).toBe(two);
  });

  it('may name its current version as a text', () => {
    expect(parsePeppers(JSON.stringify({ current: '2', peppers: { 2: two } })).current).toBe('2');
  });

  const secret = 'SECRETSECRETSECRETSECRETSECRETSECRET';

  it.each([
    ['nothing', ''],
    ['no JSON', `{"current":1,"initial":"${secret}"`],
    ['a list', `["${secret}"]`],
    ['a text', `"${secret}"`],
    ['null', 'null'],
    ['no current version', `{"peppers":{"1":"${secret}"}}`],
    ['a current version that is not there', `{"current":2,"peppers":{"1":"${secret}"}}`],
    ['a pepper in place of the current version', `{"current":"${secret}","peppers":{"1":"${secret}"}}`],
    ['a version every object has', `{"current":"constructor","peppers":{"1":"${secret}"}}`],
    ['a pepper too short', '{"current":1,"peppers":{"1":"SECRETSECRET"}}'],
    ['a pepper too short beside a good one', `{"current":1,"peppers":{"1":"${secret}","2":"SECRET"}}`],
    ['a pepper that is a number', `{"current":1,"peppers":{"1":5}}`],
    ['a pepper and its version mixed up', `{"current":1,"peppers":{"${secret}":"1"}}`],
    ['peppers in a list', `{"current":1,"peppers":["${secret}"]}`],
    ['a generated text too short', '{"current":1,"peppers":{},"initial":"SECRET"}'],
  ])('with %s throws, and quotes nothing of it', (_, text) => {
    let message = 'nothing thrown';
    try {
      parsePeppers(text);
    } catch (error) {
      message = error instanceof Error ? `${error.message} ${error.stack} ${String(error.cause)}` : '';
    }
    expect(message).not.toContain('nothing thrown');
    expect(message.replaceAll(/\n.*/g, '')).toMatch(/pepper/i);
    expect(message).not.toContain('SECRET');
  });
});
