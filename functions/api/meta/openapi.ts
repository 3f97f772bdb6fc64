import { openApiDocument } from '../../../shared/api/openapi.ts';
import type { RouteHandler } from '../../http/request.ts';

const document = openApiDocument();

/** `GET /openapi.json`: made once per container. */
export const openapi: RouteHandler<'openapi'> = async () => ({
  status: 200,
  body: document,
  headers: { 'Cache-Control': 'public, max-age=300' },
});
