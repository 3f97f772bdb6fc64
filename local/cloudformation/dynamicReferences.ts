import type { PlatformServices } from '../services.ts';

/**
 * Fills in what a text can hold beside intrinsic functions: `{{resolve:ssm:…}}` and `{{resolve:secretsmanager:…}}`,
 * and the addresses that AWS would give to the APIs, which are other ones here.
 */
export function finishText(text: string, services: Pick<PlatformServices, 'parameters' | 'secrets' | 'restApis' | 'httpApis'>): string {
  return text
    .replaceAll(/\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}/gu, (_whole, service: string, reference: string) =>
      service === 'secretsmanager' ? secretReference(reference, services) : parameterReference(reference, services),
    )
    .replaceAll(/https:\/\/([a-z0-9]{10})\.execute-api\.[a-z0-9-]+\.amazonaws\.com/gu, (whole, apiId: string) => services.restApis.urlOf(apiId) ?? services.httpApis.urlOf(apiId) ?? whole);
}

function parameterReference(reference: string, { parameters }: Pick<PlatformServices, 'parameters'>): string {
  const name = reference.replace(/:\d+$/u, '');
  const parameter = parameters.get(name);
  if (!parameter) throw new Error(`There is no SSM parameter ${name}.`);
  return parameter.value;
}

/** `<name or ARN>:SecretString:<key>:<stage>:<version>`; only the current version is looked up. */
function secretReference(reference: string, { secrets }: Pick<PlatformServices, 'secrets'>): string {
  const [, id = reference, key = ''] = /^(.+?)(?::SecretString:([^:]*)(?::[^:]*){0,2})?$/u.exec(reference) ?? [];
  const text = secrets.read(id);
  if (text === undefined) throw new Error(`There is no secret ${id} with a value.`);
  return key === '' ? text : String((JSON.parse(text) as Record<string, unknown>)[key]);
}
