import * as z from 'zod';
import { parseAddress } from './address.ts';
import type { Address } from './address.ts';
import { badRequest } from './sesError.ts';

/** A mail that somebody wants sent, checked by itself. */
export interface OutgoingMail {
  readonly from: Address;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  readonly configurationSet: string | undefined;
}

const maxRecipients = 50;
const maxHeaders = 15;
const maxHeaderLength = 996;
/** SES writes these itself, from other fields of the request. */
const reservedHeaders = new Set(['bcc', 'cc', 'content-transfer-encoding', 'content-type', 'from', 'mime-version', 'reply-to', 'return-path', 'sender', 'subject', 'to']);

const content = z.strictObject({ Data: z.string(), Charset: z.string().optional() });
const header = z.strictObject({ Name: z.string().min(1).max(126), Value: z.string().min(1).max(995) });
const tagText = z.string().regex(/^[\w-]{1,256}$/, 'must be 1–256 letters, digits, "_" or "-"');
const addresses = z.array(z.string()).default([]);

/** Strict: a field that this platform does not play is refused rather than lost. */
const sendEmail = z.strictObject({
  FromEmailAddress: z.string(),
  Destination: z.strictObject({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses }),
  ReplyToAddresses: addresses,
  Content: z.strictObject({
    Simple: z.strictObject({
      Subject: content,
      Body: z.strictObject({ Text: content.optional(), Html: content.optional() }),
      Headers: z.array(header).max(maxHeaders).default([]),
    }),
  }),
  EmailTags: z.array(z.strictObject({ Name: tagText, Value: tagText })).default([]),
  ConfigurationSetName: z.string().optional(),
});

/** Reads the body of SendEmail; throws a BadRequestException that says what is wrong with it. */
export function parseSendRequest(input: unknown): OutgoingMail {
  const parsed = sendEmail.safeParse(input);
  if (!parsed.success) throw badRequest(z.prettifyError(parsed.error));
  const { FromEmailAddress, Destination, ReplyToAddresses, Content, EmailTags, ConfigurationSetName } = parsed.data;
  const { Subject, Body, Headers } = Content.Simple;
  const [to, cc, bcc] = [Destination.ToAddresses, Destination.CcAddresses, Destination.BccAddresses].map((list) => list.map(parseAddress));
  const count = Destination.ToAddresses.length + Destination.CcAddresses.length + Destination.BccAddresses.length;
  if (count === 0) throw badRequest('The mail has no recipient.');
  if (count > maxRecipients) throw badRequest(`Recipient count exceeds ${maxRecipients}.`);
  if (!Body.Text && !Body.Html) throw badRequest('The mail has neither text nor HTML.');
  const subject = readContent('Subject', Subject);
  if (/[\r\n]/u.test(subject)) throw badRequest('The subject must not hold line breaks.');
  return {
    from: parseAddress(FromEmailAddress),
    to: to ?? [],
    cc: cc ?? [],
    bcc: bcc ?? [],
    replyTo: ReplyToAddresses.map(parseAddress),
    subject,
    text: Body.Text ? readContent('Text', Body.Text) : null,
    html: Body.Html ? readContent('Html', Body.Html) : null,
    headers: Headers.map(readHeader),
    tags: EmailTags.map(({ Name, Value }) => ({ name: Name, value: Value })),
    configurationSet: ConfigurationSetName,
  };
}

/** SES takes text without a character set for 7-bit ASCII; more than that would arrive as question marks. */
function readContent(part: string, { Data, Charset }: z.infer<typeof content>): string {
  if (Charset !== undefined && !isKnownCharset(Charset)) throw badRequest(`${part} has an unknown character set ${JSON.stringify(Charset)}.`);
  if (Charset === undefined && !isAscii(Data)) throw badRequest(`${part} holds more than 7-bit ASCII and names no Charset.`);
  return Data;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return false;
  return true;
}

function isKnownCharset(charset: string): boolean {
  try {
    return new TextDecoder(charset).encoding !== '';
  } catch {
    return false;
  }
}

function readHeader({ Name, Value }: z.infer<typeof header>): { name: string; value: string } {
  if (!/^[!-9;-~]+$/u.test(Name)) throw badRequest(`A header's name must be printable ASCII without a colon, got ${JSON.stringify(Name)}.`);
  if (!/^[ -~]+$/u.test(Value)) throw badRequest(`The value of the header ${Name} must be printable ASCII on one line.`);
  if (Name.length + Value.length > maxHeaderLength) throw badRequest(`The header ${Name} must be at most ${maxHeaderLength} characters with its name.`);
  if (reservedHeaders.has(Name.toLowerCase())) throw badRequest(`The header ${Name} is set by other fields of the request.`);
  return { name: Name, value: Value };
}
