import * as z from 'zod';
import { stableSuffix } from '../cloudformation/physicalNames.ts';
import type { ResourceHandlers } from '../cloudformation/resourceTypes.ts';
import { generateSecretString, generateSecretText } from './generatePassword.ts';

const properties = z.object({
  Name: z.string().optional(),
  Description: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: generateSecretString.optional(),
});

export const secretResources: ResourceHandlers = {
  'AWS::SecretsManager::Secret': (resource, { secrets }) => {
    const { Name, Description, SecretString, GenerateSecretString } = properties.parse(resource.properties);
    // As CloudFormation names secrets: without the stack, so that a template can cut the name out of the ARN.
    const name = Name ?? `${resource.logicalId}-${stableSuffix(`${resource.stack}/${resource.logicalId}`, 12)}`;
    const generated = GenerateSecretString && (() => generateSecretText(GenerateSecretString));
    const initialText = SecretString === undefined ? generated : () => SecretString;
    const arn = secrets.ensure({ name, description: Description, initialText });
    return { ref: arn, attributes: { Id: arn } };
  },
};
