import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { json } from './answer.ts';
import { keyCaller } from './keyCaller.ts';
import type { CallerContext } from './keyCaller.ts';

/** The connectivity check, behind either kind of API: tells a caller which key it uses and what that key may do. */
export const whoami = middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallerContext>()
  .use(keyCaller())
  .handler(async (_event, { caller }) => {
    const { organizationId, keyId, keyName, product, environment, scopes, expiresAt } = caller;
    return json(200, { organizationId, keyId, keyName, product, environment, scopes, expiresAt }, { 'Cache-Control': 'no-store' });
  });
