import { describe, expect, it } from 'vitest';
import { compileRoutes, matchRoute } from '../../../../local/apigateway/routes.ts';
import { restApi } from '../fixtures/restApi.ts';

const routes = compileRoutes(
  restApi({
    methods: {
      'GET /': {},
      'GET /orders': {},
      'ANY /orders/{orderId}': {},
      'GET /orders/latest': {},
      'DELETE /orders/{orderId}': {},
      'GET /orders/{orderId}/items': {},
      'ANY /files/{path+}': {},
      'GET /files/readme': {},
    },
  }),
);

function match(method: string, path: string): string | undefined {
  const found = matchRoute(routes, method, path);
  return found && `${found.method?.httpMethod ?? 'none'} ${found.route.resourcePath} ${JSON.stringify(found.pathParameters)}`;
}

describe('which resource and method a path means', () => {
  it.each([
    ['GET', '/', 'GET / {}'],
    ['GET', '/orders', 'GET /orders {}'],
    ['GET', '/orders/', 'GET /orders {}'],
    ['GET', '/orders/17', 'ANY /orders/{orderId} {"orderId":"17"}'],
    ['DELETE', '/orders/17', 'DELETE /orders/{orderId} {"orderId":"17"}'],
    ['GET', '/orders/latest', 'GET /orders/latest {}'],
    ['GET', '/orders/latest/items', 'GET /orders/{orderId}/items {"orderId":"latest"}'],
    ['GET', '/orders/a%2Fitems', 'ANY /orders/{orderId} {"orderId":"a%2Fitems"}'],
    ['PUT', '/files/a/b/c', 'ANY /files/{path+} {"path":"a/b/c"}'],
    ['GET', '/files/readme', 'GET /files/readme {}'],
    ['GET', '/files/readme/x', 'ANY /files/{path+} {"path":"readme/x"}'],
  ])('%s %s', (method, path, expected) => {
    expect(match(method, path)).toBe(expected);
  });

  it('a literal resource hides the parameter beside it, also for a method that it does not have', () => {
    expect(match('DELETE', '/orders/latest')).toBe('none /orders/latest {}');
  });

  it.each(['/nothing', '/orders//items', '/orders/17/items/3', '/files', '/files/', '//orders', '/./orders', '/../orders', '/Orders', '/orders%2F17', '/%6Frders'])(
    '%s is nothing: paths are not normalised, decoded or completed',
    (path) => {
      expect(match('GET', path)).toBeUndefined();
    },
  );

  it('HEAD and OPTIONS are methods like any other', () => {
    expect(match('HEAD', '/orders')).toBe('none /orders {}');
    expect(match('OPTIONS', '/orders')).toBe('none /orders {}');
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty'])('a path parameter can hold %s', (name) => {
    expect(match('GET', `/orders/${name}`)).toBe(`ANY /orders/{orderId} {"orderId":"${name}"}`);
  });
});
