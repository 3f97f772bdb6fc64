// oxlint-disable no-underscore-dangle -- the names with an underscore are the protocol's and dynalite's
/** An answer of the service that is not a success: what goes into the body, under which status. */
export interface Failure extends Error {
  statusCode: number;
  body: { __type: string; message?: string; [extra: string]: unknown };
}

const NAMESPACES: Record<string, string> = {
  ValidationException: 'com.amazon.coral.validate',
  SerializationException: 'com.amazon.coral.service',
  UnknownOperationException: 'com.amazon.coral.service',
};

/** Makes an error of the service; `type` is its short name, such as `ResourceNotFoundException`. */
export function failure(type: string, message: string, extra: Record<string, unknown> = {}): Failure {
  const namespace = NAMESPACES[type] ?? 'com.amazonaws.dynamodb.v20120810';
  const body = { __type: `${namespace}#${type}`, message, ...extra };
  return Object.assign(new Error(message), { statusCode: 400, body });
}

export function invalid(message: string): Failure {
  return failure('ValidationException', message);
}

export function isFailure(error: unknown): error is Failure {
  return error instanceof Error && 'statusCode' in error && 'body' in error;
}

export function failureType(error: Failure): string {
  return error.body.__type.split('#')[1] ?? error.body.__type;
}
