import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createClock } from '../../../../local/clock.ts';
import type { LogPlace } from '../../../../local/cloudwatchlogs/logGroups.ts';
import { createLambdaService } from '../../../../local/lambda/service.ts';
import { createLogStore } from '../../../../local/logs.ts';

it('each container of a function writes its lines into a stream of its own, whose name it is told', async () => {
  const codeDir = mkdtempSync(path.join(tmpdir(), 'streams-'));
  writeFileSync(path.join(codeDir, 'index.mjs'), "export const handler = async () => { await new Promise((done) => setTimeout(done, 300)); process.stdout.write(process.env.AWS_LAMBDA_LOG_STREAM_NAME + '\\n'); };");
  const lines: (LogPlace & { message: string })[] = [];
  const service = createLambdaService({ clock: createClock(), logs: createLogStore(), logGroups: { put: (place, message) => void lines.push({ ...place, message }) } });
  try {
    service.register({ name: 'f', arn: 'arn:aws:lambda:us-east-1:000000000000:function:f', cdkPath: 'F', codeDir, handler: 'index.handler', timeoutMs: 10_000, memoryMb: 128, logFormat: 'JSON', logLevel: 'INFO', logGroup: 'Logs', environment: {}, maxContainers: 2 });
    await Promise.all([service.invoke('f', '{}'), service.invoke('f', '{}')]);
    expect(lines.map(({ logGroup }) => logGroup)).toEqual(['Logs', 'Logs']);
    expect(lines.filter(({ logStream, message }) => logStream !== message)).toEqual([]);
    expect(new Set(lines.map(({ logStream }) => logStream)).size).toBe(2);
    expect(lines[0]?.logStream).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/u);
  } finally {
    await service.stop();
    rmSync(codeDir, { recursive: true, force: true });
  }
});
