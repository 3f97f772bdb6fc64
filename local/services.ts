import type { ApiKeys } from './apigateway/apiKeys.ts';
import type { RestApis } from './apigateway/restApis.ts';
import type { LogGroups } from './cloudwatchlogs/logGroups.ts';
import type { CustomResources } from './cloudformation/customResources.ts';
import type { PlatformClock } from './clock.ts';
import type { HttpApis } from './httpapi/httpApis.ts';
import type { LambdaService } from './lambda/service.ts';
import type { TaskFolders } from './lambda/taskFolders.ts';
import type { LogStore } from './logs.ts';
import type { UserPools } from './oidc/userPools.ts';
import type { SecretStore } from './secretsmanager/secretStore.ts';
import type { Mail } from './ses/mail.ts';
import type { EventServices } from './startEvents.ts';
import type { ParameterStore } from './ssm/parameterStore.ts';
import type { DynamoClient } from './tables/dynamoClient.ts';

/** The services of the platform, as the resources of a template find them. */
export interface PlatformServices extends Omit<EventServices, 'stop'> {
  readonly region: string;
  readonly accountId: string;
  readonly clock: PlatformClock;
  readonly logs: LogStore;
  readonly logGroups: LogGroups;
  readonly lambda: LambdaService;
  readonly taskFolders: TaskFolders;
  /** What every function's environment holds beside its own: credentials, region, endpoints. */
  readonly functionEnvironment: Readonly<Record<string, string>>;
  readonly apiKeys: ApiKeys;
  readonly restApis: RestApis;
  readonly httpApis: HttpApis;
  readonly secrets: SecretStore;
  readonly parameters: ParameterStore;
  readonly userPools: UserPools;
  readonly mail: Mail;
  readonly dynamo: DynamoClient;
  readonly customResources: CustomResources;
}
