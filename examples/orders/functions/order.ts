import * as z from 'zod';

export const orderRequest = z.strictObject({
  item: z.string().min(1).max(200),
  quantity: z.int().min(1).max(1_000_000),
});

export interface Order {
  readonly orderId: string;
  readonly item: string;
  readonly quantity: number;
  readonly createdAt: string;
  /** The key that placed it. */
  readonly placedBy: string;
}

/** What ids of orders look like. Anything else was never one, and is not looked up. */
export const orderIdPattern = /^ord_[0-9a-f]{32}$/;
