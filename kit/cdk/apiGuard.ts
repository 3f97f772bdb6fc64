import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Gatewarden } from './gatewarden.ts';
import type { RouteList } from './routeList.ts';
import type { ScopedStage } from './stageVariables.ts';
import type { Target } from './target.ts';

/** What stands before one API, which REST APIs and HTTP APIs each have in their own way. */
export interface ApiGuard {
  readonly api: RestApi | HttpApi;
  readonly stage: ScopedStage;
  /** Id of the authorizer, for the routes. */
  readonly authorizerId: string;
  /** What the authorizer hands over with a request that may pass; null where API Gateway asks for nothing. */
  readonly gatewayKey: string | null;
  /** Completes a route that the authorizer was put before. */
  complete(target: Target, scopes: readonly string[]): void;
  /** Ways past the authorizer or the limits in the app as it would be deployed, each as a message. */
  findGaps(routes: RouteList): string[];
}

/** What a guard is made with. */
export interface GuardOptions {
  readonly gatewarden: Gatewarden;
  readonly limitedBy: 'gateway' | 'middleware' | undefined;
  readonly problemResponses: boolean;
  readonly usage: boolean;
  readonly accessLogRetention: RetentionDays;
}
