import * as z from 'zod';
import { physicalName } from '../cloudformation/physicalNames.ts';
import type { ResourceHandler, ResourceHandlers } from '../cloudformation/resourceTypes.ts';

const flag = z.union([z.boolean(), z.stringbool()]);
const identity = z.object({
  EmailIdentity: z.string(),
  ConfigurationSetAttributes: z.object({ ConfigurationSetName: z.string().optional() }).optional(),
});
const configurationSet = z.object({
  Name: z.string().optional(),
  SuppressionOptions: z.object({ SuppressedReasons: z.array(z.string()).optional() }).optional(),
});
const eventDestination = z.object({
  ConfigurationSetName: z.string(),
  EventDestination: z.object({
    Enabled: flag.default(true),
    MatchingEventTypes: z.array(z.string()),
    EventBridgeDestination: z.object({ EventBusArn: z.string().regex(/:event-bus\/default$/, 'must be the default event bus: SES publishes to no other') }).optional(),
  }),
});

/** CloudFormation knows the types of events as `BOUNCE` and as `bounce`, `DELIVERY_DELAY` and `deliveryDelay`. */
const typeName = (type: string): string => type.replaceAll('_', '').toUpperCase();

/** Everything that a template calls an identity counts as verified. */
const createIdentity: ResourceHandler = ({ properties }, { mail }) => {
  const { EmailIdentity, ConfigurationSetAttributes } = identity.parse(properties);
  mail.senders.addIdentity({ name: EmailIdentity, configurationSet: ConfigurationSetAttributes?.ConfigurationSetName });
  const domain = EmailIdentity.slice(EmailIdentity.lastIndexOf('@') + 1);
  const tokens = [1, 2, 3].flatMap((index) => [
    [`DkimDNSTokenName${index}`, `local${index}._domainkey.${domain}`],
    [`DkimDNSTokenValue${index}`, `local${index}.dkim.amazonses.com`],
  ]);
  return { ref: EmailIdentity, attributes: Object.fromEntries(tokens) };
};

const createConfigurationSet: ResourceHandler = ({ stack, logicalId, properties }, { mail }) => {
  const { Name, SuppressionOptions } = configurationSet.parse(properties);
  const name = Name ?? physicalName(stack, logicalId);
  mail.senders.addConfigurationSet({ name, suppressedReasons: SuppressionOptions?.SuppressedReasons ?? ['BOUNCE', 'COMPLAINT'], published: new Set() });
  return { ref: name };
};

/** Only EventBridge is played; metrics and other targets have no reader on this machine. */
const createEventDestination: ResourceHandler = ({ stack, logicalId, properties }, { mail }) => {
  const { ConfigurationSetName, EventDestination } = eventDestination.parse(properties);
  const { published } = mail.senders.configurationSet(ConfigurationSetName);
  const { Enabled, EventBridgeDestination, MatchingEventTypes } = EventDestination;
  if (Enabled && EventBridgeDestination) for (const type of MatchingEventTypes) published.add(typeName(type));
  const id = physicalName(stack, logicalId);
  return { ref: id, attributes: { Id: id } };
};

export const mailResources: ResourceHandlers = {
  'AWS::SES::ConfigurationSet': createConfigurationSet,
  'AWS::SES::ConfigurationSetEventDestination': createEventDestination,
  'AWS::SES::EmailIdentity': createIdentity,
};
