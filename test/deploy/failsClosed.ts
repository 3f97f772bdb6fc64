import * as z from 'zod';
import { expectProblem, expectStatus } from './expectations.ts';
import type { Report } from './report.ts';
import type { System } from './system.ts';

const namesShape = z.object({ PolicyNames: z.tuple([z.string()]) });
const policyShape = z.object({ PolicyDocument: z.unknown() });

/** What the authorizer cannot read, it does not let in. Also shows that the emulator enforces the roles' policies. */
export async function failsClosed({ issue, order, operator }: System, report: Report): Promise<void> {
  await report.part('The key authorizer fails closed', async () => {
    const { token } = await report.step('a key is issued', () => issue());
    await report.check('a valid key is refused with 500 while the authorizer may not read, and let in again after', async () => {
      const roles = await operator.resources('Gatewarden-Api', 'AWS::IAM::Role');
      const RoleName = roles.find(({ logicalId }) => logicalId.startsWith('KeyAuthorizer'))?.physicalId;
      const { PolicyNames } = namesShape.parse(await operator.aws('iam', 'list_role_policies', { RoleName }));
      const policy = { RoleName, PolicyName: PolicyNames[0] };
      const { PolicyDocument } = policyShape.parse(await operator.aws('iam', 'get_role_policy', policy));
      await operator.aws('iam', 'delete_role_policy', policy);
      try {
        expectProblem(await order(token), 500, 'internal_error');
      } finally {
        await operator.aws('iam', 'put_role_policy', { ...policy, PolicyDocument: JSON.stringify(PolicyDocument) });
      }
      expectStatus(await order(token), 200);
    });
  });
}
