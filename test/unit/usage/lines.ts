import { gzipSync } from 'node:zlib';
import { accessLogFormat } from '../../../shared/usage/accessLog.ts';
import type { UsageRecord } from '../../../shared/usage/record.ts';
import type { UsageLine } from '../../../shared/usage/readBatch.ts';

/** 2026-11-22T10:05:00.000Z */
export const fivePastTen = 1_795_341_900_000;

export const keyId = 'key_4f8KmQ2xT7Zb';
export const organizationId = 'org_000000000001';

const served: Record<string, string> = {
  'extendedRequestId': 'JKJaXmPLvHcESHA=',
  'requestTimeEpoch': '1795341900000',
  'apiId': 'a1b2c3d4e5',
  'stage': 'live',
  'httpMethod': 'GET',
  'resourcePath': '/orders/{orderId}',
  'routeKey': 'GET /orders/{orderId}',
  'status': '200',
  'responseLatency': '41',
  'identity.sourceIp': '192.0.2.7',
  'authorizer.keyId': keyId,
  'authorizer.principalRef': keyId,
  'authorizer.organizationId': organizationId,
};

// HTTP APIs write the time of a request in seconds, REST APIs in milliseconds.
const servedByHttpApi = { requestTimeEpoch: '1795341900' };

/** The line that API Gateway writes for a request: values go in raw, and a dash for what is not there. */
export function accessLine(context: Record<string, string> = {}, kind: keyof typeof accessLogFormat = 'rest'): string {
  const values: Record<string, string> = { ...served, ...(kind === 'http' && servedByHttpApi), ...context };
  return JSON.stringify(accessLogFormat[kind]).replaceAll(/\$context\.([A-Za-z.]+)/g, (_, name: string) => values[name] ?? '-');
}

/** What a subscription sends. */
export function subscriptionEvent(payload: unknown) {
  return { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };
}

export function dataMessage(messages: readonly string[], changed: Record<string, unknown> = {}) {
  return {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/aws/apigateway/orders',
    logStream: 'a1b2',
    subscriptionFilters: ['gatewarden'],
    logEvents: messages.map((message, index) => ({ id: `3462231609969788470654097606882285901266122014164389${String(index).padStart(4, '0')}`, timestamp: fivePastTen + index, message })),
    ...changed,
  };
}

export function usageRecord(changed: Partial<UsageRecord> = {}): UsageRecord {
  return { keyId, organizationId, atMs: fivePastTen, status: '2xx', code: null, isUse: true, sourceIp: '192.0.2.7', route: 'GET /orders', ...changed };
}

export function usageLine(id: string, changed: Partial<UsageRecord> = {}): UsageLine {
  const record = usageRecord(changed);
  return { id, loggedAtMs: record.atMs, record };
}

/** A record's id in the form that the parsers ask for, from a number. */
export function numbered(prefix: 'key' | 'org', number: number): string {
  return `${prefix}_${String(number).padStart(12, '0')}`;
}
