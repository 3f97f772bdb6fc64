import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { managementProduct } from '../../shared/config/managementProduct.ts';
import type { Gatewarden } from './gatewarden.ts';

export interface KeyAuthorizerProps {
  /** The deployment whose keys open this API. */
  readonly gatewarden: Gatewarden;
  /** The product that a key must be for, as `gatewarden.config.ts` names it. */
  readonly product: string;
  /** The environment that a key must be for. */
  readonly environment: 'live' | 'test';
  /**
   * Answers API Gateway's own errors as `application/problem+json`. Set it to false when the API has gateway
   * responses of its own: an API takes one of each type. HTTP APIs have none: API Gateway answers
   * `{ "message": "…" }` there.
   *
   * @default true
   */
  readonly problemResponses?: boolean;
  /**
   * Who answers 429 to a request that a limit refuses. `gateway`: API Gateway itself, and nothing behind it runs; the
   * construct then owns the API's key source and the stage's usage plan. `middleware`: `keyCaller()` in the function
   * behind it, which is the only way on an HTTP API; a function without it lets such requests through.
   *
   * @default 'gateway' on a REST API, 'middleware' on an HTTP API
   */
  readonly limitedBy?: 'gateway' | 'middleware';
  /**
   * Counts who uses which key: gives the stage an access log of one line a request (without path, query, header or
   * body) and has the deployment count each. A REST API's log needs the account's CloudWatch role for API Gateway.
   *
   * @default true
   */
  readonly usage?: boolean;
  /**
   * How long the access log is kept. What was counted stays as long as the deployment says.
   *
   * @default RetentionDays.THREE_MONTHS
   */
  readonly accessLogRetention?: RetentionDays;
}

/** What is wrong with the properties; null when nothing is. */
export function faultOf({ product, environment, limitedBy }: KeyAuthorizerProps): string | null {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(product)) {
    return `product must be the name of a product in gatewarden.config.ts, got "${product}".`;
  }
  // A management token sent to an integrator's API would be in its hands.
  if (product === managementProduct) {
    return `product "${managementProduct}" is that of management keys, which must be shown to the management API only.`;
  }
  if (!['live', 'test'].includes(environment)) return `environment must be "live" or "test", got "${String(environment)}".`;
  if (limitedBy !== undefined && !['gateway', 'middleware'].includes(limitedBy)) {
    return `limitedBy must be "gateway" or "middleware", got "${String(limitedBy)}".`;
  }
  return null;
}
