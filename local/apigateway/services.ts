import type { LambdaService } from '../lambda/service.ts';

/** What API Gateway needs of the rest of the platform. */
export interface GatewayServices {
  readonly lambda: Pick<LambdaService, 'find' | 'invoke' | 'mayInvoke'>;
  readonly nowMs: () => number;
  readonly accountId: string;
  readonly region: string;
  /** API Gateway's own execution log: why a call was answered with an error of its own. */
  readonly log: (line: string) => void;
}
