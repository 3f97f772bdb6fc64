import { describe, expect, it } from 'vitest';
import { noValue, resolveValue } from '../../../../local/cloudformation/intrinsics.ts';
import type { Scope } from '../../../../local/cloudformation/intrinsics.ts';

const scope: Scope = {
  region: 'eu-west-1',
  ref: (name) => ({ Table: 'table-1', 'AWS::Region': 'eu-west-1', 'AWS::NoValue': noValue })[name] ?? fail(`ref ${name}`),
  getAtt: (id, attribute) => (id === 'Fn' && attribute === 'Arn' ? 'arn:fn' : fail(`att ${id}.${attribute}`)),
  importValue: (name) => (name === 'Stack:Export' ? 'imported' : fail(`import ${name}`)),
  stackOutput: (stack, output) => (stack === 'Data' && output === 'Keys' ? 'keys-table' : fail(`output ${stack}.${output}`)),
  findInMap: (map, first, second) => `${map}/${first}/${second}`,
  condition: (name) => name === 'Yes',
  finishText: (text) => text.replace('<<finish>>', 'finished'),
};

function fail(what: string): never {
  throw new Error(`unknown ${what}`);
}

describe('intrinsic functions of a template', () => {
  it.each([
    ['Ref', { Ref: 'Table' }, 'table-1'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Fn', 'Arn'] }, 'arn:fn'],
    ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Fn.Arn' }, 'arn:fn'],
    ['Fn::Join over nested values', { 'Fn::Join': ['-', ['a', { Ref: 'Table' }, 3]] }, 'a-table-1-3'],
    ['Fn::Join over a list that a function gives', { 'Fn::Join': ['+', { 'Fn::Split': [',', 'x,y'] }] }, 'x+y'],
    ['Fn::Sub with references, own values and a literal', { 'Fn::Sub': ['${Table}/${Fn.Arn}/${own}/${!kept}', { own: { Ref: 'AWS::Region' } }] }, 'table-1/arn:fn/eu-west-1/${kept}'],
    ['Fn::Select of a split', { 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b-c'] }] }, 'b'],
    ['Fn::ImportValue', { 'Fn::ImportValue': 'Stack:Export' }, 'imported'],
    ['Fn::GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'Keys', Region: { Ref: 'AWS::Region' } } }, 'keys-table'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'k'] }, 'M/eu-west-1/k'],
    ['Fn::If, true', { 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
    ['Fn::If, false', { 'Fn::If': ['No', 'then', 'else'] }, 'else'],
    ['Fn::And', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    ['Fn::Or', { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] }, true],
    ['Fn::Not', { 'Fn::Not': [{ Condition: 'No' }] }, true],
    ['Fn::Equals', { 'Fn::Equals': [{ Ref: 'Table' }, 'table-1'] }, true],
    ['Fn::Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
  ])('%s stands for its value', (_name, value, expected) => {
    expect(resolveValue(value, scope)).toEqual(expected);
  });

  it('a property whose value is AWS::NoValue is left out, and so is a list entry', () => {
    const value = { kept: 1, gone: { Ref: 'AWS::NoValue' }, list: ['a', { 'Fn::If': ['Yes', { Ref: 'AWS::NoValue' }, 'b'] }] };
    expect(resolveValue(value, scope)).toEqual({ kept: 1, list: ['a'] });
  });

  it('only the branch that is taken is resolved', () => {
    expect(resolveValue({ 'Fn::If': ['Yes', 'fine', { Ref: 'Missing' }] }, scope)).toBe('fine');
  });

  it('dynamic references are filled in where a function put the text together', () => {
    expect(resolveValue({ 'Fn::Join': ['', ['<<fin', 'ish>>']] }, scope)).toBe('finished');
  });

  it('a function that is not known is an error that names it', () => {
    expect(() => resolveValue({ 'Fn::Cidr': ['10.0.0.0/16', 1] }, scope)).toThrow('Fn::Cidr');
  });

  it('an output of a stack in another region is refused, not mixed up with one of this region', () => {
    const value = { 'Fn::GetStackOutput': { StackName: 'Data', OutputName: 'Keys', Region: 'us-west-2' } };
    expect(() => resolveValue(value, scope)).toThrow('other regions');
  });

  it('an object with a key beside Ref is plain data', () => {
    expect(resolveValue({ Ref: 'Table', Other: 1 }, scope)).toEqual({ Ref: 'Table', Other: 1 });
  });
});
