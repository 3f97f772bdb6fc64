import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionName, RecordKind, Route, UsageKind } from '../../shared/api/route.ts';
import type { DataStack } from '../stacks/dataStack.ts';
import { accessTable, accessUsage, isListed, readSecret } from './grants.ts';
import type { TableAccess } from './grants.ts';
import { ServiceFunction } from './serviceFunction.ts';

/** One function for each noun of the route table, holding what its routes need together and no more. */
export function nounFunctions(
  scope: Construct,
  { routes, data }: { readonly routes: readonly Route[]; readonly data: DataStack },
): ReadonlyMap<FunctionName, ServiceFunction> {
  const functions = new Map<FunctionName, ServiceFunction>();
  for (const [noun, rows] of Map.groupBy(routes, (route) => route.function)) {
    const statements = accessTable(data.keysTable, tableAccessOf(noun, rows));
    const readsPepper = rows.some(({ access }) => access.pepper);
    const usage = usageKindsOf(rows);
    const takesLimits = rows.some(({ access }) => access.takesLimits);
    const handler = new ServiceFunction(scope, `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`, {
      description: `Gatewarden: management API, ${noun}`,
      entry: `functions/api/${noun}/index.ts`,
      environment: {
        ...(statements.length > 0 && { KEYS_TABLE: data.keysTable.tableName }),
        ...((usage.length > 0 || takesLimits) && { USAGE_TABLE: data.usageTable.tableName }),
        ...(readsPepper && { PEPPER_SECRET_ARN: data.pepper.secretArn }),
      },
      grants: [
        ...statements,
        ...accessUsage(data.usageTable, { gets: usage, queries: usage, updates: takesLimits ? ['limits'] : [] }),
        ...(readsPepper ? [readSecret(data.pepper)] : []),
      ],
      timeout: Duration.seconds(20),
    });
    functions.set(noun, handler);
  }
  return functions;
}

function usageKindsOf(rows: readonly Route[]): UsageKind[] {
  return [...new Set(rows.flatMap(({ access }) => access.readsUsage ?? []))];
}

/** The union over a function's routes. The list of a kind of records belongs to the function that has its name. */
function tableAccessOf(noun: string, rows: readonly Route[]): TableAccess {
  const union = (right: 'reads' | 'checks' | 'writes' | 'deletes'): RecordKind[] => [
    ...new Set(rows.flatMap(({ access }) => access[right] ?? [])),
  ];
  const reads = union('reads');
  return {
    reads,
    checks: union('checks'),
    writes: union('writes'),
    deletes: union('deletes'),
    lists: reads.filter((kind) => kind === noun && isListed(kind)),
  };
}
