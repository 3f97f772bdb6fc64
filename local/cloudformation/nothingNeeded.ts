import { physicalName } from './physicalNames.ts';
import type { CreatedResource, ResolvedResource, ResourceHandlers } from './resourceTypes.ts';

/**
 * Types that have no effect on this platform: rights are not enforced here but asserted on the template, logs are
 * kept in memory, alarms have nobody to call. A type that is missing here and among the handlers stops the start.
 */
const arnPatterns = {
  'AWS::ApiGateway::Account': undefined,
  'AWS::CDK::Metadata': undefined,
  'AWS::CloudWatch::Alarm': 'cloudwatch:REGION:ACCOUNT:alarm:NAME',
  'AWS::CloudWatch::Dashboard': undefined,
  'AWS::IAM::ManagedPolicy': 'iam::ACCOUNT:policy/NAME',
  'AWS::IAM::Policy': undefined,
  'AWS::IAM::Role': 'iam::ACCOUNT:role/NAME',
  'AWS::Logs::LogGroup': 'logs:REGION:ACCOUNT:log-group:NAME:*',
  'AWS::SQS::QueuePolicy': undefined,
  'AWS::SecretsManager::ResourcePolicy': undefined,
} as const satisfies Record<string, string | undefined>;

const nameProperties = ['RoleName', 'LogGroupName', 'AlarmName', 'ManagedPolicyName', 'PolicyName', 'DashboardName'];

export const nothingNeeded: ResourceHandlers = Object.fromEntries(
  Object.entries(arnPatterns).map(([type, pattern]) => [
    type,
    (resource: ResolvedResource, { region, accountId }): CreatedResource => {
      const given = nameProperties.map((property) => resource.properties[property]).find((name) => typeof name === 'string');
      const name = given ?? physicalName(resource.stack, resource.logicalId);
      const arn = pattern?.replace('REGION', region).replace('ACCOUNT', accountId).replace('NAME', name);
      return { ref: name, attributes: arn === undefined ? {} : { Arn: `arn:aws:${arn}` } };
    },
  ]),
);
