import { describe, expect, it } from 'vitest';
import valid from '../../gatewarden.config.ts';
import { parseConfig } from '../../infra/config.ts';

it('the configuration that ships is valid', () => {
  expect(parseConfig(valid).name).toBe('gatewarden');
});

it.each(['https://login.example.com', 'http://127.0.0.1:9000/pool', 'http://localhost:9000'])('an issuer may be %s', (issuer) => {
  expect(parseConfig({ ...valid, signIn: { provider: 'oidc', issuer, clientIds: ['c'] } }).signIn).toMatchObject({ issuer });
});

describe('an error names the field', () => {
  it.each([
    ['a wrong name', { ...valid, name: 'Gate Warden' }, '- name: must be 1–20 lower-case letters or digits, starting with a letter'],
    ['a name that no SSM parameter may begin with', { ...valid, name: 'awsgate' }, '- name: must not begin with "aws" or "ssm"'],
    ['another one', { ...valid, name: 'ssm1' }, '- name: must not begin with'],
    ['a token prefix of capitals', { ...valid, tokenPrefix: 'GW' }, '- tokenPrefix: must be 2–12 lower-case letters or digits'],
    ['a wrong type, deep down', { ...valid, plans: { ...valid.plans, free: { ...valid.plans.free, maxKeys: 'many' } } }, '- plans.free.maxKeys: '],
    ['a missing field', { ...valid, expiry: { presetsDays: [30] } }, '- expiry.retentionDays: '],
    ['one entry of a list', { ...valid, expiry: { ...valid.expiry, presetsDays: [30, 0] } }, '- expiry.presetsDays[1]: '],
    ['a field that is none', { ...valid, colour: 'green' }, '- colour: is not a field of the configuration'],
    ['a scope without a verb', { ...valid, products: { orders: { name: 'Orders', scopes: { orders: 'All' } } } }, '- products.orders.scopes.orders: its name must look like "orders:read"'],
    ['a plan for the first organization that does not exist', { ...valid, bootstrap: { ...valid.bootstrap, plan: 'gold' } }, '- bootstrap.plan: '],
    ['a plan for the first organization that has no keys', { ...valid, bootstrap: { ...valid.bootstrap, plan: 'free' } }, '- bootstrap.plan: '],
    ['the reserved product', { ...valid, products: { gatewarden: { name: 'Mine', scopes: {} } } }, '- products.gatewarden: is reserved'],
    ['an issuer over plain HTTP', { ...valid, signIn: { provider: 'oidc', issuer: 'http://login.example.com', clientIds: ['c'] } }, '- signIn.issuer: must be https'],
    ['an issuer that is no address', { ...valid, signIn: { provider: 'oidc', issuer: 'login', clientIds: ['c'] } }, '- signIn.issuer: '],
    ['an issuer whose name only begins like this machine', { ...valid, signIn: { provider: 'oidc', issuer: 'http://localhost.example.com', clientIds: ['c'] } }, '- signIn.issuer: must be https'],
    ['nothing at all', undefined, '- the configuration: '],
  ])('%s', (_, config, line) => {
    expect(() => parseConfig(config)).toThrow(line);
  });

  it('all of them, when several are wrong', () => {
    expect(() => parseConfig({ ...valid, name: '', tokenPrefix: '' })).toThrow(/- name: [^]*\n {2}- tokenPrefix: /);
  });
});
