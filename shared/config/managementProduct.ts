/** The reserved product whose scopes are the permissions of the management API. Apart from the schema, so that authorizers load no zod. */
export const managementProduct = 'gatewarden';
