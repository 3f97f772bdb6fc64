/**
 * `title` of the 429 that API Gateway itself answers. It is not the middleware's, which the catalogue has for each
 * code: so an answer tells which of the two has refused.
 */
export const gatewayLimitTitle = 'Too many requests';
