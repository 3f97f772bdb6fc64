import * as z from 'zod';

// What the fields of a line may hold. Texts are printable ASCII without the quote and the backslash, so that whatever
// stands in one cannot have come from outside the quotes that were written around it.
const text = /^[ !#-[\]-~]{1,1024}$/;

export const keyIdPattern = /^key_[0-9A-Za-z]{12}$/;
export const organizationIdPattern = /^org_[0-9A-Za-z]{12}$/;

export const plainText = z.string().regex(text);
export const refusalCode = z.string().regex(/^[a-z][a-z_]{0,39}$/);
export const address = z.union([z.ipv4(), z.ipv6()]);

const firstMs = Date.UTC(2020, 0, 1);
const lastMs = Date.UTC(2200, 0, 1);

/** Epoch milliseconds of a request that can have been. */
export const requestTimeMs = z.int().min(firstMs).max(lastMs);

/** A longer line is none of ours. */
export const maxLineLength = 8_192;
