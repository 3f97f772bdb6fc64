import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { respond } from '../../../../functions/bootstrap/respond.ts';

interface Received {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly body: unknown;
}

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** The place where CloudFormation waits for an outcome. */
async function listener(status: number) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8'));
    received.push({ method: request.method, contentType: request.headers['content-type'], body });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  stops.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const event = {
    RequestType: 'Create',
    ResponseURL: `http://127.0.0.1:${port}/outcome?signature=1`,
    StackId: 'stack-1',
    RequestId: 'request-1',
    LogicalResourceId: 'Bootstrap',
  } as CloudFormationCustomResourceEvent;
  return { event, received };
}

describe('the outcome of a custom resource', () => {
  it('is put with the ids it was asked under, and without a content type, which the signature does not have', async () => {
    const { event, received } = await listener(200);
    await respond(event, { status: 'SUCCESS', physicalId: 'org_1', data: { organizationId: 'org_1', rootKeyId: 'key_1' } });
    expect(received).toEqual([
      {
        method: 'PUT',
        contentType: '',
        body: {
          Status: 'SUCCESS',
          Reason: '',
          PhysicalResourceId: 'org_1',
          StackId: 'stack-1',
          RequestId: 'request-1',
          LogicalResourceId: 'Bootstrap',
          Data: { organizationId: 'org_1', rootKeyId: 'key_1' },
        },
      },
    ]);
  });

  it('of a failure carries its reason', async () => {
    const { event, received } = await listener(200);
    await respond(event, { status: 'FAILED', physicalId: 'bootstrap-not-done', reason: 'The pepper secret is not JSON.' });
    expect(received[0]?.body).toMatchObject({ Status: 'FAILED', Reason: 'The pepper secret is not JSON.', Data: {} });
  });

  it('that is not taken is an error, so that the function is tried again', async () => {
    const { event } = await listener(403);
    await expect(respond(event, { status: 'SUCCESS', physicalId: 'org_1' })).rejects.toThrow('CloudFormation did not take the outcome: 403.');
  });
});
