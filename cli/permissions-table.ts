import { readFileSync, writeFileSync } from 'node:fs';
import { routes } from '../shared/api/routes.ts';
import { permissionTable, replacePart, routeTable } from './permissions/table.ts';

// Writes the tables of docs/permissions.md anew, from the route table and the roles: `node cli/permissions-table.ts`.
const page = new URL('../docs/permissions.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const withRoutes = replacePart(text, 'routes', routeTable(Object.values(routes)));
writeFileSync(page, replacePart(withRoutes, 'permissions', permissionTable()));
