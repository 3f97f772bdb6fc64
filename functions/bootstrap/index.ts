import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { describeError, log } from '../log.ts';
import { bootstrap } from './bootstrap.ts';
import { readProperties } from './properties.ts';
import { respond } from './respond.ts';

/**
 * The custom resource `Custom::GatewardenBootstrap`. Deleting it deletes nothing: keys and organization outlive a stack.
 * Answers CloudFormation itself; a failure says what went wrong, never a token.
 */
export async function handler(event: CloudFormationCustomResourceEvent): Promise<void> {
  const physicalId = 'PhysicalResourceId' in event ? event.PhysicalResourceId : 'bootstrap-not-done';
  try {
    if (event.RequestType === 'Delete') return await respond(event, { status: 'SUCCESS', physicalId });
    const record = await bootstrap(readProperties(event.ResourceProperties));
    const { organizationId, rootKeyId } = record;
    await respond(event, { status: 'SUCCESS', physicalId: organizationId, data: { organizationId, rootKeyId } });
  } catch (error) {
    log('ERROR', 'bootstrap failed', { error: describeError(error) });
    const reason = error instanceof Error ? error.message : 'unknown';
    await respond(event, { status: 'FAILED', physicalId, reason });
  }
}
