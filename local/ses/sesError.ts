/** A refusal of SES, by the name of its exception, as its REST protocol carries it. */
export class SesError extends Error {
  readonly type: string;
  readonly status: number;
  constructor(type: string, status: number, message: string) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

export const badRequest = (message: string): SesError => new SesError('BadRequestException', 400, message);

export const notFound = (message: string): SesError => new SesError('NotFoundException', 404, message);

/** What SES answers for identities that nobody verified. */
export function notVerified(region: string, identities: readonly string[]): SesError {
  const failed = `The following identities failed the check in region ${region.toUpperCase()}: ${identities.join(', ')}`;
  return new SesError('MessageRejected', 400, `Email address is not verified. ${failed}`);
}
