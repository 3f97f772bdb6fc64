import type { AccessLogSettings } from './accessLog.ts';

/** A REST API as its template describes it. The CloudFormation handlers fill it, the server reads it. */
export interface RestApi {
  readonly id: string;
  readonly name: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly rootResourceId: string;
  /** Where the key of a method that requires one is: in `X-API-Key`, or in what the authorizer answers. */
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
  readonly binaryMediaTypes: readonly string[];
  readonly resources: Map<string, RestResource>;
  readonly methods: RestMethod[];
  readonly authorizers: Map<string, Authorizer>;
  readonly gatewayResponses: Map<string, GatewayResponseSettings>;
  readonly deploymentIds: Set<string>;
  readonly stages: Map<string, Stage>;
}

export interface RestResource {
  readonly id: string;
  /** Undefined for the root. */
  readonly parentId: string | undefined;
  readonly pathPart: string;
}

export interface RestMethod {
  readonly resourceId: string;
  /** GET, …, or ANY. */
  readonly httpMethod: string;
  /** Undefined for a method that is open. */
  readonly authorizerId: string | undefined;
  readonly apiKeyRequired: boolean;
  readonly integration: Integration;
}

export type Integration =
  | { readonly type: 'AWS_PROXY'; readonly functionArn: string; readonly timeoutMs: number }
  | { readonly type: 'MOCK'; readonly statusCode: number; readonly responses: readonly MockResponse[] };

export interface MockResponse {
  readonly statusCode: number;
  /** A regular expression over the mock's status code; undefined is the default response. */
  readonly selectionPattern: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly contentType: string | undefined;
}

export interface Authorizer {
  readonly id: string;
  readonly type: 'REQUEST' | 'TOKEN';
  readonly functionArn: string;
  /** `method.request.header.X`, `method.request.querystring.x`, `context.x`, `stageVariables.x`. */
  readonly identitySources: readonly string[];
  readonly ttlSec: number;
  /** TOKEN only: the token must match it. */
  readonly validation: RegExp | undefined;
}

export interface Stage {
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Undefined for a stage that logs no access. */
  readonly accessLog: AccessLogSettings | undefined;
}

export interface GatewayResponseSettings {
  readonly statusCode: number | undefined;
  /** `gatewayresponse.header.<name>` → `'literal'`, `context.x`, `method.request.header.x`, `stageVariables.x`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Content type → template. */
  readonly templates: Readonly<Record<string, string>>;
}
