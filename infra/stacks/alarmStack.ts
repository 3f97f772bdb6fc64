import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct, IConstruct } from 'constructs';
import type { Config } from '../../shared/config/config.ts';

export interface AlarmStackProps extends StackProps {
  readonly monitoring: Config['monitoring'];
}

/** Where alarms go. A stack of its own, so that every other one can raise some. */
export class AlarmStack extends Stack {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { monitoring, ...props }: AlarmStackProps) {
    super(scope, id, props);
    this.topic = this.addTopic();
    if (monitoring.alarmEmail !== null) this.topic.addSubscription(new EmailSubscription(monitoring.alarmEmail));
    new CfnOutput(this, 'AlarmTopicArn', { value: this.topic.topicArn, description: 'Topic that every alarm is sent to' });
  }

  /** Has every alarm below `scope` sent here. To be called when all of them are made. */
  notifyOf(scope: IConstruct): void {
    const action = new SnsAction(this.topic);
    for (const alarm of scope.node.findAll()) if (alarm instanceof Alarm) alarm.addAlarmAction(action);
  }

  private addTopic(): Topic {
    const key = new Key(this, 'Key', {
      description: 'Gatewarden: encrypts the messages of alarms',
      enableKeyRotation: true,
      // What it has encrypted is delivered within minutes.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const topic = new Topic(this, 'Topic', { displayName: 'Gatewarden alarms', masterKey: key, enforceSSL: true });
    // A topic with a policy of its own takes nothing from anyone whom it does not name, and the key likewise.
    topic.addToResourcePolicy(this.byAlarms(['sns:Publish'], topic.topicArn));
    key.addToResourcePolicy(this.byAlarms(['kms:Decrypt', 'kms:GenerateDataKey*'], '*'));
    return topic;
  }

  /** What alarms of this account and region may do, and those of no other. */
  private byAlarms(actions: string[], resource: string): PolicyStatement {
    const alarms = this.formatArn({ service: 'cloudwatch', resource: 'alarm:*' });
    return new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions,
      resources: [resource],
      conditions: { StringEquals: { 'aws:SourceAccount': this.account }, ArnLike: { 'aws:SourceArn': alarms } },
    });
  }
}
