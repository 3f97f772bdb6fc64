import { Duration } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Access, Route } from '../../shared/api/route.ts';
import type { DataStack } from '../stacks/dataStack.ts';
import { getRecord, listByIndex, readSecret, writeRecords } from './grants.ts';
import { ServiceFunction } from './serviceFunction.ts';

/** One function for each noun of the route table, holding what its routes need together and no more. */
export function nounFunctions(
  scope: Construct,
  { routes, data }: { readonly routes: readonly Route[]; readonly data: DataStack },
): ReadonlyMap<string, IFunction> {
  const functions = new Map<string, IFunction>();
  for (const [noun, rows] of Map.groupBy(routes, (route) => route.function)) {
    const access = accessOf(rows);
    const { function: handler } = new ServiceFunction(scope, `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`, {
      description: `Gatewarden: management API, ${noun}`,
      entry: `functions/api/${noun}/index.ts`,
      environment: {
        ...(access.keysTable && { KEYS_TABLE: data.keysTable.tableName }),
        ...(access.pepper && { PEPPER_SECRET_ARN: data.pepper.secretArn }),
      },
      grants: grantsFor(access, data),
      timeout: Duration.seconds(20),
    });
    functions.set(noun, handler);
  }
  return functions;
}

function accessOf(rows: readonly Route[]): Access {
  const levels = rows.map(({ access }) => access.keysTable);
  const keysTable = (['write', 'list', 'get'] as const).find((level) => levels.includes(level));
  return {
    ...(keysTable && { keysTable }),
    ...(rows.some(({ access }) => access.pepper) && { pepper: true }),
  };
}

function grantsFor(access: Access, data: DataStack): PolicyStatement[] {
  return [
    ...(access.keysTable ? [getRecord(data.keysTable)] : []),
    ...(access.keysTable && access.keysTable !== 'get' ? [listByIndex(data.keysTable)] : []),
    ...(access.keysTable === 'write' ? [writeRecords(data.keysTable)] : []),
    ...(access.pepper ? [readSecret(data.pepper)] : []),
  ];
}
