/** What a function's container and the platform say to each other. */

export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** The start of a container. */
export interface ContainerData {
  readonly clock: SharedArrayBuffer;
  readonly taskRoot: string;
  /** `file.export`, as in the template. */
  readonly handler: string;
  readonly logFormat: 'JSON' | 'Text';
  readonly logLevel: string;
}

export interface InvokeMessage {
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  readonly timeoutMs: number;
  readonly invokedFunctionArn: string;
}

export type ContainerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'initError'; readonly error: FunctionError }
  | { readonly type: 'log'; readonly text: string }
  | { readonly type: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly type: 'error'; readonly requestId: string; readonly error: FunctionError }
  | { readonly type: 'fatal'; readonly error: FunctionError };
