import type { Template } from './template.ts';

/** The logical ids of a template's resources, each after all that it refers to or depends on. */
export function resourceOrder({ Resources, Conditions }: Pick<Template, 'Resources' | 'Conditions'>): string[] {
  const ordered = new Set<string>();
  const visit = (id: string, from: readonly string[]): void => {
    if (ordered.has(id)) return;
    if (from.includes(id)) throw new Error(`The resources depend on each other in a circle: ${[...from, id].join(' → ')}.`);
    const resource = Resources[id];
    if (!resource) return;
    const dependsOn = [resource.DependsOn ?? []].flat();
    const named = namesIn([resource.Properties, resource.Condition && Conditions[resource.Condition]]);
    for (const dependency of [...dependsOn, ...named]) if (dependency in Resources) visit(dependency, [...from, id]);
    ordered.add(id);
  };
  for (const id of Object.keys(Resources)) visit(id, []);
  return [...ordered];
}

/** Every logical id that a value names by Ref, Fn::GetAtt or Fn::Sub. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, argument]: [string, unknown]) => {
    if (key === 'Ref' && typeof argument === 'string') return [argument];
    if (key === 'Fn::GetAtt') return [String(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0]), ...namesIn(argument)];
    if (key === 'Fn::Sub') return [...namesInText(Array.isArray(argument) ? argument[0] : argument), ...namesIn(argument)];
    return namesIn(argument);
  });
}

function namesInText(template: unknown): string[] {
  if (typeof template !== 'string') return [];
  return [...template.matchAll(/\$\{([^!}][^}]*)\}/gu)].map(([, name = '']) => name.split('.')[0] ?? '');
}
