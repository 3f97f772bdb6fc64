import type { PlatformServices } from '../services.ts';
import type { Template, TemplateParameter } from './template.ts';

/** The values of a template's parameters: their defaults, those of SSM types looked up in Parameter Store. */
export function parameterValues({ Parameters }: Template, services: Pick<PlatformServices, 'parameters'>): Map<string, unknown> {
  return new Map(Object.entries(Parameters).map(([name, parameter]) => [name, valueOf(name, parameter, services)]));
}

function valueOf(name: string, { Type, Default }: TemplateParameter, { parameters }: Pick<PlatformServices, 'parameters'>): unknown {
  if (Default === undefined) throw new Error(`The template's parameter ${name} has no default.`);
  if (!Type.startsWith('AWS::SSM::Parameter::Value<')) return Type.includes('List') ? String(Default).split(',') : Default;
  const stored = parameters.get(String(Default));
  if (!stored) throw new Error(`The template's parameter ${name} reads the SSM parameter ${String(Default)}, which does not exist.`);
  return Type.includes('List<') ? stored.value.split(',') : stored.value;
}
