/** The function in `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<arn>/invocations`. */
export function functionArnOf(uri: string): string {
  const arn = /\/functions\/(arn:[^/]+)\/invocations$/u.exec(uri)?.[1];
  if (arn === undefined) throw new Error(`${uri} does not name a Lambda function.`);
  return arn;
}
