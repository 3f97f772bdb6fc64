import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCustomResources } from '../../../../local/cloudformation/customResources.ts';
import type { CustomResources } from '../../../../local/cloudformation/customResources.ts';
import type { ResolvedResource } from '../../../../local/cloudformation/resourceTypes.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'custom-resources-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function resource(properties: Record<string, unknown>): ResolvedResource {
  return { type: 'Custom::Thing', stack: 'S', stackId: 'arn:stack', logicalId: 'Thing', cdkPath: 'S/Thing', assets: new Map(), properties: { ServiceToken: 'arn:fn', ...properties } };
}

/** A function that answers each event by what `answers` says for its request type. */
function start(answers: Record<string, object | undefined>, events: Record<string, unknown>[], timeLimitMs = 2_000): CustomResources {
  const resources: CustomResources = createCustomResources({
    dataDir,
    responseUrl: 'http://x/responses',
    timeLimitMs,
    invoke: (_arn, event) => {
      const received = event as Record<string, string>;
      events.push(received);
      const answer = answers[received['RequestType'] ?? ''];
      if (answer) setImmediate(() => resources.receive(String(received['ResponseURL']).split('/').at(-1) ?? '', answer));
      return Promise.resolve(undefined);
    },
  });
  return resources;
}

describe('custom resources', () => {
  it('the first start creates; scalars arrive as text, as from CloudFormation', async () => {
    const events: Record<string, unknown>[] = [];
    const resources = start({ Create: { Status: 'SUCCESS', PhysicalResourceId: 'id-1', Data: { answer: 42 } } }, events);
    expect(await resources.apply(resource({ count: 3, flag: true, list: [1] }))).toEqual({ ref: 'id-1', attributes: { answer: 42 } });
    expect(events).toMatchObject([{ RequestType: 'Create', ResourceProperties: { ServiceToken: 'arn:fn', count: '3', flag: 'true', list: ['1'] } }]);
  });

  it('a second start with the same properties calls nothing and gives the same answer', async () => {
    await start({ Create: { Status: 'SUCCESS', PhysicalResourceId: 'id-1', Data: { answer: 42 } } }, []).apply(resource({ a: 1 }));
    const events: Record<string, unknown>[] = [];
    expect(await start({}, events).apply(resource({ a: 1 }))).toEqual({ ref: 'id-1', attributes: { answer: 42 } });
    expect(events).toEqual([]);
  });

  it('changed properties are an Update with the old ones; a new physical id ends in a Delete of the old one', async () => {
    await start({ Create: { Status: 'SUCCESS', PhysicalResourceId: 'id-1' } }, []).apply(resource({ a: 1 }));
    const events: Record<string, unknown>[] = [];
    const answers = { Update: { Status: 'SUCCESS', PhysicalResourceId: 'id-2' }, Delete: { Status: 'SUCCESS' } };
    expect(await start(answers, events).apply(resource({ a: 2 }))).toEqual({ ref: 'id-2', attributes: {} });
    expect(events).toMatchObject([
      { RequestType: 'Update', PhysicalResourceId: 'id-1', OldResourceProperties: { a: '1' }, ResourceProperties: { a: '2' } },
      { RequestType: 'Delete', PhysicalResourceId: 'id-1' },
    ]);
  });

  it('a failure is an error with the reason, and the next start tries again', async () => {
    const failing = start({ Create: { Status: 'FAILED', Reason: 'no luck' } }, []);
    await expect(failing.apply(resource({}))).rejects.toThrow('no luck');
    const events: Record<string, unknown>[] = [];
    await start({ Create: { Status: 'SUCCESS', PhysicalResourceId: 'id-1' } }, events).apply(resource({}));
    expect(events).toMatchObject([{ RequestType: 'Create' }]);
  });

  it('a function that never answers ends in an error that names the resource', async () => {
    await expect(start({}, [], 50).apply(resource({}))).rejects.toThrow('S/Thing did not answer');
  });

  it('a function that crashes before it answers fails at once with its error', async () => {
    const resources = createCustomResources({ dataDir, responseUrl: 'http://x', invoke: () => Promise.resolve('Runtime.ExitError: gone') });
    await expect(resources.apply(resource({}))).rejects.toThrow('Runtime.ExitError: gone');
  });
});
