import type { IConstruct } from 'constructs';
import { ManagementApi } from './constructs/managementApi.ts';
import { ServiceFunction } from './constructs/serviceFunction.ts';

/** Has X-Ray trace the functions and the management API below `scope`. Protected APIs are their integrators'. */
export function trace(scope: IConstruct): void {
  for (const construct of scope.node.findAll()) {
    if (construct instanceof ServiceFunction || construct instanceof ManagementApi) construct.trace();
  }
}
