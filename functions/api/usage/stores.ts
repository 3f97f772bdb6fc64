import { keysTableStores } from '../../dependencies.ts';
import { usageStores } from '../../usageDependencies.ts';

export const { keys } = keysTableStores();
export const usage = usageStores();
