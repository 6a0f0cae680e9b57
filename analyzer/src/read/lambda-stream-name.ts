/**
 * What the name of a log stream tells of its function.
 *
 * Lambda names streams `YYYY/MM/DD/[version]<32 hex>`, and in a custom log group
 * `YYYY/MM/DD/<function>[version]<32 hex>` ("Configuring CloudWatch log groups", AWS Lambda Developer Guide;
 * its page shows the last part in brackets, real streams come without). An S3 export writes "/" as "-" in its path.
 */
export interface LambdaStreamName {
  /** With its slashes, also when they were dashes. */
  readonly logStream: string;
  readonly version: string;
  /** Told only by streams of a custom log group. */
  readonly functionName?: string;
}

/** @returns undefined when the name is not one that Lambda gives */
export function readLambdaStreamName(name: string): LambdaStreamName | undefined {
  const match = LAMBDA_STREAM.exec(name);
  if (match === null) return undefined;
  const [, year, month, day, functionName, version, rest] = match;
  // A function name holds no slash, so only the three after the date can have been slashes.
  const logStream = `${year}/${month}/${day}/${functionName}[${version}]${rest}`;
  return functionName === '' ? { logStream, version } : { logStream, version, functionName };
}

const LAMBDA_STREAM = /^(\d{4})[/-](\d\d)[/-](\d\d)[/-]([A-Za-z0-9_-]{0,140})\[(\$LATEST|[A-Za-z0-9_$-]{1,128})\](\[?[0-9a-f-]{16,36}\]?)$/;
