import type { Template } from 'aws-cdk-lib/assertions';

/** Logical ids of the resources of a type that look like this: properties, and if given what stands beside them. */
export function found(template: Template, type: string, properties: unknown, beside: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.keys(template.findResources(type, { ...beside, Properties: properties }));
}
