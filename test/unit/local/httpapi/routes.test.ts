import { describe, expect, it } from 'vitest';
import { compileHttpRoutes, matchHttpRoute, parseRouteKey } from '../../../../local/httpapi/routes.ts';

const keys = ['$default', 'ANY /{proxy+}', 'GET /pets/{proxy+}', 'ANY /pets/dog/1', 'GET /pets/dog/1', 'GET /pets/dog/{id}', 'POST /pets/{kind}/{id}', 'GET /'];
const compile = (routeKeys: readonly string[]): ReturnType<typeof compileHttpRoutes> => compileHttpRoutes({ routes: routeKeys.map((routeKey) => ({ routeKey, integrationId: 'i', authorizerId: undefined })) });

describe('the route of a request', () => {
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['PUT', '/pets/dog/1', 'ANY /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['POST', '/pets/dog/2', 'POST /pets/{kind}/{id}', { kind: 'dog', id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['DELETE', '/pets/cat/1', 'ANY /{proxy+}', { proxy: 'pets/cat/1' }],
    ['GET', '/pets/dog/a%2Fb', 'GET /pets/dog/{id}', { id: 'a/b' }],
    ['GET', '/pets%2Fdog/1', 'ANY /{proxy+}', { proxy: 'pets/dog/1' }],
    ['GET', '/p%65ts/dog/1', 'GET /pets/dog/1', {}],
    ['GET', '/', 'GET /', {}],
    ['POST', '/', '$default', {}],
  ])('%s %s is %s', (method, path, routeKey, pathParameters) => {
    const match = matchHttpRoute(compile(keys), method, path);
    expect([match?.route.routeKey, match?.pathParameters]).toEqual([routeKey, pathParameters]);
  });

  it.each([['GET', '/pets/dog'], ['GET', '/pets/dog/1/'], ['GET', '/pets//1'], ['PUT', '/pets/dog/2'], ['GET', '/Pets/dog/1']])('%s %s has none where nothing catches the rest', (method, path) => {
    expect(matchHttpRoute(compile(['GET /pets/dog/1', 'GET /pets/{kind}/{id}']), method, path)).toBeUndefined();
  });
});

it.each(['/orders', 'GET orders', 'FETCH /orders', 'GET', '$connect', 'get /orders'])('%s is no route key', (routeKey) => {
  expect(() => parseRouteKey(routeKey)).toThrow('is no route key');
});
