import { physicalName } from './physicalNames.ts';
import type { CreatedResource, ResolvedResource, ResourceHandlers } from './resourceTypes.ts';

/**
 * Types that have no effect on this platform: rights are not enforced here but asserted on the template, nothing is
 * encrypted or measured, alarms have nobody to call and topics nobody to tell. A type that is missing here and among the handlers stops the start.
 */
const arnPatterns = {
  'AWS::ApiGateway::Account': undefined,
  'AWS::CDK::Metadata': undefined,
  'AWS::CloudWatch::Alarm': 'cloudwatch:REGION:ACCOUNT:alarm:NAME',
  'AWS::CloudWatch::AnomalyDetector': undefined,
  'AWS::CloudWatch::CompositeAlarm': 'cloudwatch:REGION:ACCOUNT:alarm:NAME',
  'AWS::CloudWatch::Dashboard': undefined,
  'AWS::IAM::ManagedPolicy': 'iam::ACCOUNT:policy/NAME',
  'AWS::IAM::Policy': undefined,
  'AWS::IAM::Role': 'iam::ACCOUNT:role/NAME',
  'AWS::KMS::Alias': undefined,
  'AWS::KMS::Key': 'kms:REGION:ACCOUNT:key/NAME',
  'AWS::Logs::MetricFilter': undefined,
  'AWS::SNS::Subscription': 'sns:REGION:ACCOUNT:NAME',
  'AWS::SNS::Topic': 'sns:REGION:ACCOUNT:NAME',
  'AWS::SNS::TopicInlinePolicy': undefined,
  'AWS::SNS::TopicPolicy': undefined,
  'AWS::SQS::QueuePolicy': undefined,
  'AWS::SecretsManager::ResourcePolicy': undefined,
  'AWS::XRay::Group': 'xray:REGION:ACCOUNT:group/NAME',
  'AWS::XRay::ResourcePolicy': undefined,
  'AWS::XRay::SamplingRule': 'xray:REGION:ACCOUNT:sampling-rule/NAME',
  'AWS::XRay::TransactionSearchConfig': undefined,
} as const satisfies Record<string, string | undefined>;

const nameProperties = ['RoleName', 'AlarmName', 'ManagedPolicyName', 'PolicyName', 'DashboardName', 'TopicName', 'GroupName'];
/** Their `Ref` is their ARN. */
const namedByArn = ['AWS::SNS::Subscription', 'AWS::SNS::Topic', 'AWS::XRay::Group', 'AWS::XRay::SamplingRule'];
/** The attribute that holds the ARN where it is not `Arn`. */
const arnAttributes: Readonly<Record<string, string>> = { 'AWS::SNS::Topic': 'TopicArn', 'AWS::XRay::Group': 'GroupARN', 'AWS::XRay::SamplingRule': 'RuleARN' };
const nameAttributes: Readonly<Record<string, string>> = { 'AWS::KMS::Key': 'KeyId', 'AWS::SNS::Topic': 'TopicName' };

export const nothingNeeded: ResourceHandlers = Object.fromEntries(
  Object.entries(arnPatterns).map(([type, pattern]) => [
    type,
    (resource: ResolvedResource, { region, accountId }): CreatedResource => {
      const given = nameProperties.map((property) => resource.properties[property]).find((name) => typeof name === 'string');
      const name = given ?? physicalName(resource.stack, resource.logicalId);
      if (pattern === undefined) return { ref: name };
      const arn = `arn:aws:${pattern.replace('REGION', region).replace('ACCOUNT', accountId).replace('NAME', name)}`;
      const nameAttribute = nameAttributes[type];
      const names = nameAttribute === undefined ? {} : { [nameAttribute]: name };
      return { ref: namedByArn.includes(type) ? arn : name, attributes: { [arnAttributes[type] ?? 'Arn']: arn, ...names } };
    },
  ]),
);
