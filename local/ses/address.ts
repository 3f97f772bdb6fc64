import { badRequest } from './sesError.ts';

/** One address of a mail. */
export interface Address {
  /** As the sender wrote it: `Ada <ada@example.com>` or `ada@example.com`. */
  readonly text: string;
  readonly email: string;
}

const maxLength = 320;
const localPart = /^[^\s@"<>(),:;[\]\\]{1,64}$/u;
const domain = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/iu;
const displayName = /^(?:"(?:[^"\\]|\\.)*"|[^"<>@,;:()[\]\\]*)$/u;

/** Parses an address as SES takes it, throws a BadRequestException for any other. */
export function parseAddress(text: string): Address {
  // Also what keeps a line break, and with it a header of the writer's choice, out of the mail.
  if (!/^[ -~]*$/u.test(text)) throw badRequest(`An address must be printable ASCII (a name beyond it as an encoded word, a domain as Punycode), got ${JSON.stringify(text)}.`);
  const trimmed = text.trim();
  const open = trimmed.endsWith('>') ? trimmed.lastIndexOf('<') : -1;
  const email = open < 0 ? trimmed : trimmed.slice(open + 1, -1);
  if (open >= 0 && !displayName.test(trimmed.slice(0, open).trim())) throw badRequest(`The name before an address must be quoted where it holds special characters, got ${JSON.stringify(text)}.`);
  checkEmail(email);
  return { text: trimmed, email };
}

function checkEmail(email: string): void {
  if (email === '') throw badRequest('Empty address');
  const at = email.lastIndexOf('@');
  if (at < 0) throw badRequest("Missing final '@domain'");
  const local = email.slice(0, at);
  const isLocalPart = localPart.test(local) && !local.startsWith('.') && !local.endsWith('.') && !local.includes('..');
  if (email.length > maxLength || !isLocalPart || !domain.test(email.slice(at + 1))) throw badRequest(`Illegal address: ${JSON.stringify(email)}`);
}

/** The part after the `@`, in lower case. */
export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase();
