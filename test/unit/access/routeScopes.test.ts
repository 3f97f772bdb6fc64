import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeRouteScopes, encodeRouteScopes, fromStageVariables, routeKey, toStageVariables,
} from '../../../shared/access/routeScopes.ts';
import { anyText } from '../anyText.ts';

const example = new Map([
  ['GET/orders', ['orders:read']],
  ['GET/orders/{orderId}', ['orders:read', 'orders:write']],
  ['GET/whoami', []],
  ['ANY/files/{path+}', ['files:äöü']],
]);
const encodedExample =
  'GET/orders=orders:read&GET/orders/~7BorderId~7D=orders:read,orders:write&GET/whoami=&ANY/files/~7Bpath~2B~7D=files:~C3~A4~C3~B6~C3~BC';

const name = anyText({ minLength: 1, maxLength: 30 });
const routes = fc.uniqueArray(fc.tuple(name, fc.array(name, { maxLength: 4 })), { selector: ([key]) => key, maxLength: 20 }).map((entries) => new Map(entries));

describe('route scopes', () => {
  it('are written in the characters of stage variables', () => {
    expect(encodeRouteScopes(example)).toBe(encodedExample);
  });

  it('are read back', () => {
    expect([...decodeRouteScopes(encodedExample)]).toEqual([...example]);
    expect(decodeRouteScopes('').size).toBe(0);
  });

  it('survive the way through stage variables, whatever a route or a scope is called', () => {
    fc.assert(
      fc.property(routes, (routes) => {
        const variables = toStageVariables(encodeRouteScopes(routes));
        expect([...decodeRouteScopes(fromStageVariables(variables))]).toEqual([...routes]);
        for (const [variable, value] of Object.entries(variables)) {
          expect(variable).toMatch(/^[A-Za-z0-9_]+$/);
          expect(value).toMatch(/^[A-Za-z0-9\-._~:/?#&=,]{1,512}$/);
        }
      }),
    );
  });

  it.each([
    ['no scopes', 'GET/orders'],
    ['two signs', 'GET/orders=orders:read=x'],
    ['no route', '=orders:read'],
    ['an empty entry', 'GET/orders=orders:read&'],
    ['an empty scope', 'GET/orders=orders:read,'],
    ['only a comma', 'GET/orders=,'],
    ['a bare brace', 'GET/orders/{orderId}=orders:read'],
    ['an escape cut off', 'GET/orders/~7=orders:read'],
    ['an escape in small letters', 'GET/orders/~7b=orders:read'],
    ['a space', 'GET/orders=orders:read orders:write'],
    ['a line feed', 'GET/orders=orders:read\n'],
    ['a route twice', 'GET/orders=orders:read&GET/orders='],
    ['a route twice, spelled differently', 'GET/orders=orders:read&GET/order~73='],
  ])('with %s are refused, not open', (_, text) => {
    expect(() => decodeRouteScopes(text)).toThrow(/^Route scopes /);
  });

  it.each([
    ['a route without a name', new Map([['', ['orders:read']]])],
    ['a scope without a name', new Map([['GET/orders', ['']]])],
    ['such a scope among others', new Map([['GET/orders', ['orders:read', '']]])],
  ])('are not written for %s, which would come back as something else', (_, routes) => {
    expect(() => encodeRouteScopes(routes)).toThrow(/^Route scopes /);
  });
});

describe('stage variables', () => {
  it('hold 512 characters each and are joined in order of their numbers', () => {
    const text = `${'a'.repeat(512)}${'b'.repeat(512)}c`;
    const variables = toStageVariables(text);
    expect(variables).toEqual({ gatewarden_routes_0: 'a'.repeat(512), gatewarden_routes_1: 'b'.repeat(512), gatewarden_routes_2: 'c' });
    expect(fromStageVariables({ gatewarden_routes_2: 'c', ...variables, other: 'x' })).toBe(text);
    expect(Object.keys(toStageVariables('a'.repeat(512)))).toEqual(['gatewarden_routes_0']);
  });

  it('beyond ten are joined by number, not by spelling', () => {
    const text = Array.from({ length: 12 }, (_, index) => String.fromCharCode(97 + index).repeat(512)).join('');
    const variables = Object.fromEntries(Object.entries(toStageVariables(text)).sort());
    expect(fromStageVariables(variables)).toBe(text);
  });

  it('end at the first that is missing', () => {
    expect(fromStageVariables({ gatewarden_routes_0: 'a', gatewarden_routes_2: 'c' })).toBe('a');
    expect(fromStageVariables({ gatewarden_routes_1: 'b' })).toBe('');
    expect(fromStageVariables({})).toBe('');
  });
});

describe('the name of a route', () => {
  it('is its method in capitals and the path of its resource', () => {
    expect(routeKey('get', '/orders/{orderId}')).toBe('GET/orders/{orderId}');
  });
});
