import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Operator } from './operator.ts';
import type { Lack } from './report.ts';

const stacksShape = z.object({ Stacks: z.tuple([z.object({ StackStatus: z.string() })]) });

/** The least of what the deployment's own sign-in is made of. */
const userPool = {
  Resources: {
    Pool: { Type: 'AWS::Cognito::UserPool', Properties: {} },
    Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' } } },
  },
  Outputs: { Issuer: { Value: { 'Fn::GetAtt': ['Pool', 'ProviderURL'] } } },
};
const branding = {
  Type: 'AWS::Cognito::ManagedLoginBranding',
  Properties: { UserPoolId: { Ref: 'Pool' }, ClientId: { Ref: 'Client' }, UseCognitoProvidedValues: true },
};

/** What the emulator's user pools cannot express. */
export function userPoolLack(operator: Operator): Lack {
  return {
    guarantee: 'members sign in with the user pool that the deployment brings with it',
    instead: 'a template with a ManagedLoginBranding is refused, and one that asks a user pool for its ProviderURL fails; an issuer of ours is configured instead',
    async worksNow() {
      const { Resources, Outputs } = userPool;
      const templates = [{ Resources, Outputs }, { Resources: { ...Resources, Branding: branding } }];
      const outcomes: boolean[] = [];
      for (const [at, template] of templates.entries()) outcomes.push(await canBeDeployed(operator, `probe-${at}`, template));
      return outcomes.every(Boolean);
    },
  };
}

async function canBeDeployed(operator: Operator, StackName: string, template: object): Promise<boolean> {
  const isAccepted = await operator.aws('cloudformation', 'create_stack', { StackName, TemplateBody: JSON.stringify(template) }).then(
    () => true,
    () => false,
  );
  if (!isAccepted) return false;
  let status = 'CREATE_IN_PROGRESS';
  while (status.endsWith('_IN_PROGRESS')) {
    await sleep(200);
    status = stacksShape.parse(await operator.aws('cloudformation', 'describe_stacks', { StackName })).Stacks[0].StackStatus;
  }
  return status === 'CREATE_COMPLETE';
}
