import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  RequestAuthorizer,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { CfnMethod, CfnStage, IAuthorizer, Method } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { addProblemResponses } from '../../kit/cdk/problemResponses.ts';
import type { Route } from '../../shared/api/route.ts';
import { accessLogFormat } from '../../shared/usage/accessLog.ts';
import type { ServiceFunction } from './serviceFunction.ts';

export interface ManagementApiProps {
  /** Name of the deployment. */
  readonly name: string;
  readonly routes: readonly Route[];
  readonly authorizer: IFunction;
  /** The function of each noun that the routes name. */
  readonly functions: ReadonlyMap<string, ServiceFunction>;
}

/** The management REST API: one resource and method for each row of the route table, and nothing else. */
export class ManagementApi extends Construct {
  readonly restApi: RestApi;
  /** Address of the stage, without a slash at its end. */
  readonly url: string;
  /** One line a request. */
  readonly accessLogs: ILogGroup;

  constructor(scope: Construct, id: string, props: ManagementApiProps) {
    super(scope, id);
    this.accessLogs = new LogGroup(this, 'AccessLogs', { retention: RetentionDays.THREE_MONTHS });
    this.restApi = new RestApi(this, 'Api', {
      restApiName: `${props.name}-management`,
      description: 'Gatewarden: management API',
      endpointTypes: [EndpointType.REGIONAL],
      // The account's right to write access logs. It belongs to the account: it stays when this stack goes.
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      deployOptions: {
        stageName: 'v1',
        accessLogDestination: new LogGroupLogDestination(this.accessLogs),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLogFormat.management)),
      },
    });
    this.url = this.restApi.url.replace(/\/$/, '');
    addProblemResponses(this, this.restApi);
    this.addRoutes(props);
    acceptFindings(this.restApi);
  }

  /** Has X-Ray trace the requests. */
  trace(): void {
    (this.restApi.deploymentStage.node.defaultChild as CfnStage).tracingEnabled = true;
  }

  private addRoutes({ routes, authorizer, functions }: ManagementApiProps): void {
    const requestAuthorizer = new RequestAuthorizer(this, 'Authorizer', {
      handler: authorizer,
      // No cache: a revoked management key is refused on the next request.
      resultsCacheTtl: Duration.seconds(0),
      identitySources: [],
    });
    const integrations = new Map(
      [...functions].map(([noun, handler]) => [noun, new LambdaIntegration(handler.function, { scopePermissionToMethod: false })]),
    );
    for (const route of routes) {
      const integration = integrations.get(route.function);
      if (!integration) throw new Error(`Route ${route.method} ${route.path} names the function "${route.function}", which does not exist.`);
      this.restApi.root
        .resourceForPath(route.path)
        .addMethod(route.method, integration, authorizationOf(route, requestAuthorizer));
    }
  }
}

function authorizationOf(route: Route, authorizer: IAuthorizer): { authorizer: IAuthorizer } | { authorizationType: AuthorizationType } {
  return route.permission === 'public' ? { authorizationType: AuthorizationType.NONE } : { authorizer };
}

/** Findings of the best-practice checks that are decisions, each where it applies. */
function acceptFindings(restApi: RestApi): void {
  accept(restApi, 'APIG2', 'Every part of a request is checked in the function, against the route table, and a refusal names each field.');
  accept(restApi, 'COG4', 'Callers are management keys: the Lambda authorizer decides on every method but the public one.');
  accept(restApi.deploymentStage, 'APIG3', 'A web ACL costs a fixed sum a month; whether to put one before the API is for the operator to choose.');
  accept(restApi.deploymentStage, 'APIG6', 'Execution logs can hold headers, and a header holds the token. Access logs and the functions’ own logs hold the rest.');
  accept(
    restApi.node.findChild('CloudWatchRole'),
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    'The account setting of API Gateway takes the rights that AWS keeps for it in this policy.',
  );
  for (const method of restApi.methods.filter(isPublic)) {
    accept(method, 'APIG4', 'The OpenAPI document is public: it says no more than the documentation.');
  }
}

function accept(scope: IConstruct, rule: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
}

function isPublic(method: Method): boolean {
  return (method.node.defaultChild as CfnMethod).authorizationType === 'NONE';
}
