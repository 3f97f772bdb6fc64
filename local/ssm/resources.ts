import * as z from 'zod';
import { physicalName } from '../cloudformation/physicalNames.ts';
import type { ResourceHandlers } from '../cloudformation/resourceTypes.ts';

const properties = z.object({ Name: z.string().optional(), Type: z.string(), Value: z.string() });

export const parameterResources: ResourceHandlers = {
  'AWS::SSM::Parameter': (resource, { parameters }) => {
    const { Name, Type, Value } = properties.parse(resource.properties);
    const name = Name ?? physicalName(resource.stack, resource.logicalId);
    parameters.put({ name, type: Type, value: Value });
    return { ref: name, attributes: { Type, Value } };
  },
};
