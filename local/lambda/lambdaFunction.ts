/** One function of the assembly, as its template describes it. */
export interface LambdaFunction {
  /** Physical name. */
  readonly name: string;
  readonly arn: string;
  /** Construct path in the CDK app, or the logical id where the template has none. */
  readonly cdkPath: string;
  /** Folder with the bundle. */
  readonly codeDir: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly logFormat: 'JSON' | 'Text';
  readonly logLevel: string;
  readonly logGroup: string;
  /** Everything that the code sees as `process.env`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Containers at once; 0 means that every call is throttled. */
  readonly maxContainers: number;
}

/** What an invocation ended in; `payload` is JSON text. */
export type InvokeOutcome =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: { readonly errorType: string; readonly errorMessage: string; readonly trace?: readonly string[] } };
