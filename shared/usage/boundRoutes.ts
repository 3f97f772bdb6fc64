import type { UsageLine } from './readBatch.ts';
import { hourOf } from './hours.ts';

/** Routes that a key's hour names; what goes beyond is counted as `other`. */
export const maxRoutes = 20;
const maxRouteLength = 200;
export const otherRoutes = 'other';

/** A key in an hour. */
export function keyHour({ record }: UsageLine): string {
  return `${record.keyId} ${hourOf(record.atMs)}`;
}

/** The lines with the routes that are counted by name, given those that each key's hour names already. */
export function boundRoutes(lines: readonly UsageLine[], known: ReadonlyMap<string, ReadonlySet<string>>): UsageLine[] {
  const named = new Map([...known].map(([place, routes]) => [place, new Set(routes)]));
  return lines.map((line) => {
    const { route } = line.record;
    if (route === null) return line;
    const routes = named.get(keyHour(line)) ?? new Set();
    named.set(keyHour(line), routes);
    if (!routes.has(route) && (route.length > maxRouteLength || routes.size >= maxRoutes)) {
      return { ...line, record: { ...line.record, route: otherRoutes } };
    }
    routes.add(route);
    return line;
  });
}
