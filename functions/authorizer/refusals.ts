import type { AuthorizerRequest } from './request.ts';

export type AuthorizerName = 'key' | 'management';

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
export function logRefusal(authorizer: AuthorizerName, request: AuthorizerRequest, refusal: Refusal): void {
  const { apiId, stage, method, route, requestId } = request;
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
    apiId,
    stage,
    route: `${method} ${route}`,
    sourceIp: request.sourceIp ?? null,
    requestId,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
