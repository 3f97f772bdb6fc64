/** Calls a DynamoDB endpoint by its JSON protocol. */
export interface DynamoClient {
  readonly endpoint: string;
  /** Throws a DynamoError when the service refuses. */
  call(operation: string, input: object): Promise<Record<string, unknown>>;
}

/** What DynamoDB refused, by the name of its exception. */
export class DynamoError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** A client of the tables or, with `DynamoDBStreams_20120810`, of their streams. */
export function createDynamoClient(options: { endpoint: string; region: string; accessKeyId: string; target?: 'DynamoDB_20120810' | 'DynamoDBStreams_20120810' }): DynamoClient {
  const { endpoint, region, accessKeyId, target = 'DynamoDB_20120810' } = options;
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/${region}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=${'0'.repeat(64)}`;
  return {
    endpoint,
    async call(operation, input) {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `${target}.${operation}`,
          'x-amz-date': '20261122T000000Z',
          authorization,
        },
        body: JSON.stringify(input),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      if (response.ok) return answer;
      const type = String(answer['__type'] ?? 'UnknownError');
      throw new DynamoError(type.slice(type.indexOf('#') + 1), String(answer['message'] ?? answer['Message'] ?? response.status));
    },
  };
}
