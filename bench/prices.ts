/** AWS list prices in US dollars, us-east-1, without free tiers; Lambda on arm64. */
export const prices = {
  restRequest: 3.5 / 1e6,
  httpRequest: 1 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
  logByte: 0.5 / 1e9,
} as const;

/** What CloudWatch adds to each line of a log when it counts bytes. */
export const logLineOverheadBytes = 26;
