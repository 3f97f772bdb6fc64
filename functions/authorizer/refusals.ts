import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';

/** Why a request was refused, for operators: never the token, and of a header only what API Gateway vouches for. */
export interface Refusal {
  readonly code: string;
  readonly keyId: string | null;
  readonly organizationId: string | null;
}

/**
 * Writes one structured line a refusal. It is in CloudWatch's embedded metric format too, so that the same line
 * counts in the metric `Refusals` with the dimension `code`.
 */
export function logRefusal(authorizer: 'key' | 'management', event: APIGatewayRequestAuthorizerEvent, refusal: Refusal): void {
  const { requestContext } = event;
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        { Namespace: 'Gatewarden', Dimensions: [['authorizer', 'code']], Metrics: [{ Name: 'Refusals', Unit: 'Count' }] },
      ],
    },
    level: 'WARN',
    message: 'refused',
    Refusals: 1,
    authorizer,
    ...refusal,
    apiId: requestContext?.apiId ?? null,
    stage: requestContext?.stage ?? null,
    route: `${event.httpMethod} ${event.resource}`,
    sourceIp: requestContext?.identity?.sourceIp ?? null,
    requestId: requestContext?.extendedRequestId ?? null,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
