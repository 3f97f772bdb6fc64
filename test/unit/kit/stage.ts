import type { Template } from 'aws-cdk-lib/assertions';

interface Stage {
  readonly Variables?: Readonly<Record<string, unknown>>;
  readonly StageVariables?: Readonly<Record<string, unknown>>;
  readonly AccessLogSetting?: unknown;
  readonly AccessLogSettings?: unknown;
}

/** The one stage of a template, of either kind of API. */
export function stageOf(template: Template): Stage {
  const stages = ['AWS::ApiGateway::Stage', 'AWS::ApiGatewayV2::Stage'].flatMap((type) => Object.values(template.findResources(type)));
  return (stages[0] as { Properties: Stage }).Properties;
}

/** Logical ids of the resources of a type. */
export function idsOf(template: Template, type: string): string[] {
  return Object.keys(template.findResources(type));
}
