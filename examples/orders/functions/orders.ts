import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { json, keyCaller, notFound, requireScope } from '../../../kit/lambda.ts';
import type { Caller, CallerContext } from '../../../kit/lambda.ts';
import { readBody, readPage } from './input.ts';
import { orderIdPattern, orderRequest } from './order.ts';
import type { Order } from './order.ts';
import { getOrder, listOrders, putOrder } from './store.ts';

type Route = (event: APIGatewayProxyEvent, caller: Caller) => Promise<APIGatewayProxyResult>;

const routes: Readonly<Record<string, Route>> = { 'GET /orders': list, 'POST /orders': place, 'GET /orders/{orderId}': read };

/** The orders API. The key authorizer has let the call in; `context.caller` says whose it is. */
export const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallerContext>()
  .use(keyCaller())
  .handler(async (event, { caller }) => {
    const route = routes[`${event.httpMethod} ${event.resource}`];
    if (!route) throw notFound();
    return route(event, caller);
  });

async function list(event: APIGatewayProxyEvent, caller: Caller): Promise<APIGatewayProxyResult> {
  const { limit, cursor } = readPage(event);
  const { items, next } = await listOrders(caller.organizationId, { limit, after: cursor });
  return json(200, { items, nextCursor: next });
}

async function place(event: APIGatewayProxyEvent, caller: Caller): Promise<APIGatewayProxyResult> {
  // The authorizer has asked for it already. Said twice, it holds when a route's scopes are changed by mistake.
  requireScope(caller, 'orders:write');
  const order: Order = {
    orderId: `ord_${randomUUID().replaceAll('-', '')}`,
    ...readBody(event, orderRequest),
    createdAt: new Date().toISOString(),
    placedBy: caller.keyId,
  };
  await putOrder(caller.organizationId, order);
  return json(201, order, { Location: `/orders/${order.orderId}` });
}

async function read(event: APIGatewayProxyEvent, caller: Caller): Promise<APIGatewayProxyResult> {
  const orderId = event.pathParameters?.['orderId'] ?? '';
  // One answer for what was never there and for what is another organization's: the difference would be a leak.
  const order = orderIdPattern.test(orderId) ? await getOrder(caller.organizationId, orderId) : undefined;
  if (!order) throw notFound();
  return json(200, order);
}
