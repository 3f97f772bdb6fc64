// Apart from the store, whose schemas an authorizer has no use for.

export function organizationKey(organizationId: string) {
  return { pk: `ORG#${organizationId}`, sk: 'ORG' };
}

/** The count that `shared/keys/store.ts` moves: apart from the organization, which key functions may not write. */
export function placesKey(organizationId: string) {
  return { pk: `PLACES#${organizationId}`, sk: 'PLACES' };
}
