import { describe, expect, it } from 'vitest';
import rawConfig from '../../gatewarden.config.ts';
import { rightsOfAll, summary } from './rights.ts';
import { resources, synthesized } from './synthesized.ts';

const untraced = synthesized();
const traced = synthesized({ ...rawConfig, monitoring: { alarmEmail: null, tracing: true } });
const ours = ['Api', 'Bootstrap', 'Jobs'] as const;

describe('traces, where they are asked for', () => {
  it.each(ours)('every function of %s is traced, and may say so', (stack) => {
    const functions = Object.values(resources(traced[stack], 'AWS::Lambda::Function'));
    expect(functions.length).toBeGreaterThan(0);
    for (const { Properties } of functions) expect(Properties).toMatchObject({ TracingConfig: { Mode: 'Active' } });
    const rights = rightsOfAll(traced).filter(({ role, action }) => role.startsWith(`${stack} `) && /^Put(Trace|Telemetry)/.test(action));
    expect(new Set(rights.map(({ role }) => role)).size).toBe(functions.length);
    expect(summary(rights)).toEqual({ PutTraceSegments: '"*"', PutTelemetryRecords: '"*"' });
  });

  it('the management API is', () => {
    expect(Object.values(resources(traced.Api, 'AWS::ApiGateway::Stage')).map(({ Properties }) => Properties['TracingEnabled'])).toEqual([true]);
  });

  it('protected APIs are their integrators’ to trace', () => {
    expect(JSON.stringify(traced.Orders.toJSON())).not.toMatch(/xray|Tracing/);
  });
});

it.each(Object.entries(untraced))('%s: nothing is traced unless it is asked for, and nothing has the right to', (_, template) => {
  expect(JSON.stringify(template.toJSON())).not.toMatch(/xray|Tracing/i);
});
