/** What a template or a header mapping of a gateway response can name. */
export interface SubstitutionScope {
  readonly context: Readonly<Record<string, unknown>>;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** A parameter of the request: `header`, `querystring` or `path`. */
  readonly parameter: (place: string, name: string) => string | undefined;
}

/**
 * Fills in a gateway response's template as API Gateway does: plain text for text, no VTL. The values go in raw,
 * so a quote in a value breaks the JSON around it here exactly as it would there. What is not known is empty.
 */
export function substitute(template: string, scope: SubstitutionScope): string {
  return template.replaceAll(
    /\$(?:context((?:\.[A-Za-z0-9_-]+)+)|stageVariables\.([A-Za-z0-9_]+)|method\.request\.(header|querystring|path)\.([A-Za-z0-9_-]+))/gu,
    (_whole, contextPath?: string, stageVariable?: string, place?: string, name?: string) => {
      if (contextPath !== undefined) return contextValue(scope.context, contextPath.slice(1)) ?? '';
      if (stageVariable !== undefined) return scope.stageVariables[stageVariable] ?? '';
      return scope.parameter(place ?? '', name ?? '') ?? '';
    },
  );
}

/** The value of a header mapping: `'literal'`, or one reference without a dollar sign. Undefined: no such header. */
export function mappedValue(mapping: string, scope: SubstitutionScope): string | undefined {
  const literal = /^'(.*)'$/su.exec(mapping)?.[1];
  if (literal !== undefined) return literal;
  const [root, ...rest] = mapping.split('.');
  if (root === 'context') return contextValue(scope.context, rest.join('.'));
  if (root === 'stageVariables') return scope.stageVariables[rest.join('.')];
  const parameter = /^method\.request\.(header|querystring|path)\.(.+)$/u.exec(mapping);
  return parameter ? scope.parameter(parameter[1] ?? '', parameter[2] ?? '') : undefined;
}

/** `identity.sourceIp` of a context, as text; undefined where it has no such value. */
export function contextValue(context: Readonly<Record<string, unknown>>, path: string): string | undefined {
  let value: unknown = context;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value === null || value === undefined || typeof value === 'object' ? undefined : String(value);
}
