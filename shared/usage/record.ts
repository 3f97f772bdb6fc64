export const statusClasses = ['2xx', '3xx', '4xx', '5xx'] as const;
export type StatusClass = (typeof statusClasses)[number];

/** One request with a genuine key, as one line of a log tells it. */
export interface UsageRecord {
  readonly keyId: string;
  readonly organizationId: string;
  /** When the request came, epoch milliseconds. */
  readonly atMs: number;
  readonly status: StatusClass;
  /** Why it was refused by Gatewarden; null where it was not. */
  readonly code: string | null;
  /** Whether the key passed authentication: what "last use" is about. A revoked key that is tried again is not in use. */
  readonly isUse: boolean;
  readonly sourceIp: string | null;
  /** Method and route as the API names it (`GET /orders/{orderId}`), never the path that was asked for. */
  readonly route: string | null;
}

/** `2xx` to `5xx`; null for anything else. */
export function statusClassOf(status: string): StatusClass | null {
  return /^[2-5]\d\d$/.test(status) ? (statusClasses[Number(status[0]) - 2] ?? null) : null;
}
