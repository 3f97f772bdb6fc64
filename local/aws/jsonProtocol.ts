/** One operation of a service that speaks AWS JSON: the input's fields in, the output's fields out. */
export type ServiceCall = (operation: string, input: unknown) => object;

/** An exception of a service, by the name that its clients know. */
export class ServiceError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }

  static unknownOperation(operation: string): ServiceError {
    return new ServiceError('UnknownOperationException', `The local platform does not play ${operation}.`);
  }
}
