import { CfnResource, Reference, Tokenization } from 'aws-cdk-lib';

/** A resource's properties as the template will hold them: raw ones, overrides and deletions included. */
export function propertiesOf(resource: CfnResource): Readonly<Record<string, unknown>> {
  // oxlint-disable-next-line no-underscore-dangle -- the CDK's own name for it
  const template = asRecord(resource.stack.resolve(resource._toCloudFormation()));
  const [rendered] = Object.values(asRecord(template['Resources']));
  return asRecord(asRecord(rendered)['Properties']);
}

/** A part of a template as an object; what is none has no members. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Whether a part of a template names the resource, or one of its attributes, wherever in it. */
export function namesResource(value: unknown, resource: CfnResource): boolean {
  return namesLogicalId(value, String(resource.stack.resolve(resource.logicalId)));
}

function namesLogicalId(value: unknown, logicalId: string): boolean {
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': substitution } = asRecord(value);
  const [text] = Array.isArray(substitution) ? substitution : [substitution];
  if (ref === logicalId || (Array.isArray(attribute) && attribute[0] === logicalId)) return true;
  if (typeof text === 'string' && [`\${${logicalId}}`, `\${${logicalId}.`].some((name) => text.includes(name))) return true;
  return Object.values(asRecord(value)).some((part) => namesLogicalId(part, logicalId));
}

/** Every resource of a type in the whole app, those made as plain CloudFormation resources included. */
export function resourcesOfType(near: CfnResource, type: string): CfnResource[] {
  return near.node.root.node
    .findAll()
    .filter((construct) => CfnResource.isCfnResource(construct))
    .filter((resource) => resource.cfnResourceType === type);
}

/** Where a resource names the API that it is a part of: as a construct's property, and in the template. */
export const apiIdProperties = {
  rest: { property: 'restApiId', inTemplate: 'RestApiId' },
  http: { property: 'apiId', inTemplate: 'ApiId' },
} as const;

/** Every resource of a type in the whole app that is a part of the API. */
export function partsOf(api: CfnResource, type: string, { property, inTemplate }: { property: string; inTemplate: string }): CfnResource[] {
  return resourcesOfType(api, type).filter(
    (resource) =>
      refersTo((resource as unknown as Readonly<Record<string, unknown>>)[property], api) ||
      (resource.stack === api.stack && namesResource(propertiesOf(resource)[inTemplate], api)),
  );
}

/** By the construct: also where the resource is in another stack. */
function refersTo(value: unknown, api: CfnResource): boolean {
  const token = Tokenization.reverse(value);
  return token !== undefined && Reference.isReference(token) && token.target === api;
}
