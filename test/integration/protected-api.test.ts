import { describe, expect, it } from 'vitest';
import { sendRaw } from '../support/http.ts';
import { expectProblem } from '../support/problems.ts';
import { useSystem } from '../support/system.ts';

const system = useSystem();

/** Calls the example API with headers exactly as given. */
const send = (headers: readonly string[], path: string) => sendRaw(`${system().exampleUrl}${path}`, { headers });

describe('a path or a method that the API does not have', () => {
  it.each([['GET', '/nothing'], ['DELETE', '/orders'], ['GET', '/'], ['GET', '/orders/a/b'], ['PUT', '/whoami'], ['GET', '/ORDERS']])('%s %s is a 404, with a token as without', async (method, path) => {
    const { token } = await system().issue();
    for (const headers of [[], ['Authorization', `Bearer ${token}`], ['X-API-Key', token]]) {
      const response = await sendRaw(`${system().exampleUrl}${path}`, { method, headers });
      expectProblem(response, 404, 'not_found');
      // API Gateway's own answer would quote the header.
      expect(JSON.stringify([response.body, [...response.headers]])).not.toContain(token.slice(20));
    }
  });
});

describe('what a caller sends comes back in no refusal', () => {
  it('neither a token in the wrong place, nor markup, nor quotes', async () => {
    const { token } = await system().issue({ scopes: [], name: '","code":"<script>' });
    const answers = [
      await send(['Authorization', `AWS4-HMAC-SHA256 ${token}`], `/${token}`),
      await send(['X-API-Key', token, 'User-Agent', `"${token}"`, 'x-amzn-requestid', '"},{"'], `/orders?token=${token}`),
      await send(['X-API-Key', `${token}"`, 'Accept', `application/json;${token}`], '/orders'),
    ];
    for (const { body, headers } of answers) {
      expect(typeof body).toBe('object');
      expect(JSON.stringify([body, [...headers]])).not.toContain(token.slice(20));
      expect(body).not.toHaveProperty('message');
    }
    expect(answers.map(({ status }) => status)).toEqual([404, 403, 401]);
  });
});

describe("another organization's order", () => {
  it('is the same 404 as one that never was', async () => {
    const { keysPath } = await system().tenant();
    const { token: theirs } = await system().issue({ scopes: ['orders:write'] }, keysPath);
    const { token: mine } = await system().issue();
    const { body: order } = await system().example(theirs, { method: 'POST', body: { item: 'Lamp', quantity: 1 } });
    const foreign = expectProblem(await system().example(mine, { path: `/orders/${order.orderId}` }), 404, 'not_found');
    const never = expectProblem(await system().example(mine, { path: `/orders/ord_${'0'.repeat(32)}` }), 404, 'not_found');
    expect({ ...foreign, instance: '' }).toEqual({ ...never, instance: '' });
    const { body: list } = await system().example(mine);
    expect(list.items.map(({ orderId }: { orderId: string }) => orderId)).not.toContain(order.orderId);
  });
});
