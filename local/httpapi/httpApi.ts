import type { AccessLogSettings } from '../apigateway/accessLog.ts';

/** An HTTP API as its template describes it. The CloudFormation handlers fill it, the server reads it. */
export interface HttpApi {
  readonly id: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly routes: HttpRoute[];
  readonly integrations: Map<string, HttpIntegration>;
  readonly authorizers: Map<string, HttpAuthorizer>;
  readonly stages: Map<string, HttpStage>;
}

export interface HttpRoute {
  /** `GET /orders/{orderId}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly integrationId: string;
  /** Undefined for a route that is open. */
  readonly authorizerId: string | undefined;
}

/** A function that is called with payload 2.0. */
export interface HttpIntegration {
  readonly functionArn: string;
  readonly timeoutMs: number;
}

/** A REQUEST authorizer with payload 2.0, simple responses and no cache. */
export interface HttpAuthorizer {
  readonly id: string;
  readonly functionArn: string;
  /** `$request.header.X`, `$request.querystring.x`, `$context.x`, `$stageVariables.x`. */
  readonly identitySources: readonly string[];
}

export interface HttpStage {
  /** `$default` has no place in paths, any other name begins them. */
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly accessLog: AccessLogSettings | undefined;
}
