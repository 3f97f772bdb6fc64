import { describe, expect, it } from 'vitest';
import { resourceOrder } from '../../../../local/cloudformation/resourceOrder.ts';
import { templateSchema } from '../../../../local/cloudformation/template.ts';

function order(resources: Record<string, object>, conditions: Record<string, unknown> = {}): string[] {
  return resourceOrder(templateSchema.parse({ Resources: resources, Conditions: conditions }));
}

describe('the order of resources', () => {
  it.each([
    ['Ref', { Properties: { x: [{ deep: { Ref: 'B' } }] } }],
    ['Fn::GetAtt', { Properties: { x: { 'Fn::GetAtt': ['B', 'Arn'] } } }],
    ['Fn::GetAtt as a text', { Properties: { x: { 'Fn::GetAtt': 'B.Arn' } } }],
    ['Fn::Sub', { Properties: { x: { 'Fn::Sub': 'a-${B.Arn}' } } }],
    ['Fn::Sub with values of its own', { Properties: { x: { 'Fn::Sub': ['${v}', { v: { Ref: 'B' } }] } } }],
    ['DependsOn', { DependsOn: ['B'] }],
  ])('what a resource names by %s comes first', (_name, a) => {
    expect(order({ A: { Type: 'T', ...a }, B: { Type: 'T' } })).toEqual(['B', 'A']);
  });

  it('without a reference the template decides', () => {
    expect(order({ Z: { Type: 'T' }, A: { Type: 'T' } })).toEqual(['Z', 'A']);
  });

  it('an escaped ${!Name} is no reference', () => {
    expect(order({ A: { Type: 'T', Properties: { x: { 'Fn::Sub': '${!B}' } } }, B: { Type: 'T' } })).toEqual(['A', 'B']);
  });

  it('a circle is an error that shows it', () => {
    expect(() => order({ A: { Type: 'T', DependsOn: 'B' }, B: { Type: 'T', DependsOn: 'A' } })).toThrow('A → B → A');
  });
});
