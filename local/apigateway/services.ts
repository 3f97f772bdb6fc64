import type { WriteAccessLog } from '../cloudwatchlogs/accessLog.ts';
import type { LambdaService } from '../lambda/service.ts';
import type { ApiKeys } from './apiKeys.ts';

/** What API Gateway needs of the rest of the platform. */
export interface GatewayServices {
  readonly lambda: Pick<LambdaService, 'find' | 'invoke' | 'mayInvoke'>;
  readonly apiKeys: Pick<ApiKeys, 'find'>;
  readonly writeAccessLog: WriteAccessLog;
  readonly nowMs: () => number;
  readonly accountId: string;
  readonly region: string;
  /** API Gateway's own execution log: why a call was answered with an error of its own. */
  readonly log: (line: string) => void;
}
