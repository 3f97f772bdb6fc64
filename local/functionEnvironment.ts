/** Any credentials will do on this platform; these are visibly no real ones. */
export const credentials = {
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
} as const;

/** What every function's environment holds beside what its template gives it. */
export function functionEnvironment({ region, awsUrl, dynamoEndpoint }: { region: string; awsUrl: string; dynamoEndpoint: string }): Record<string, string> {
  return {
    ...credentials,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: awsUrl,
    // The store is the busiest service: straight to it, without the hop over the common address.
    AWS_ENDPOINT_URL_DYNAMODB: dynamoEndpoint,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: dynamoEndpoint,
    // A developer's own profile must neither be read nor called by a function.
    AWS_CONFIG_FILE: '/nonexistent/aws-config',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/aws-credentials',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
