/** Runs inside a worker thread: one container of one function, one invocation at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { captureOutput } from './containerConsole.ts';
import { functionError } from './functionError.ts';
import { loadHandler } from './loadHandler.ts';
import type { Handler } from './loadHandler.ts';
import type { ContainerData, ContainerMessage, InvokeMessage } from './messages.ts';
import { shiftDate } from './shiftedDate.ts';

const maxResponseBytes = 6 * 1024 * 1024;

const port = parentPort;
if (port === null) throw new Error('containerWorker.ts runs in a worker thread.');
const data = workerData as ContainerData;
const post = (message: ContainerMessage): void => port.postMessage(message, []);

let requestId = '-';
shiftDate(data.clock);
captureOutput({
  format: data.logFormat,
  minLevel: data.logLevel,
  requestId: () => requestId,
  post: (text) => post({ type: 'log', text }),
});
process.on('uncaughtException', (error) => crash(error, error.name));
process.on('unhandledRejection', (reason) => crash(reason, 'Runtime.UnhandledPromiseRejection'));

try {
  const handler = await loadHandler(data.taskRoot, data.handler);
  port.on('message', (message: InvokeMessage) => void run(handler, message));
  post({ type: 'ready' });
} catch (error) {
  console.error(error);
  post({ type: 'initError', error: functionError(error) });
}

async function run(handler: Handler, message: InvokeMessage): Promise<void> {
  requestId = message.requestId;
  try {
    const event = JSON.parse(message.payload) as unknown;
    const result = await handler(event, context(message));
    const payload = JSON.stringify(result) ?? 'null';
    const size = Buffer.byteLength(payload);
    if (size > maxResponseBytes)
      return fail({
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
      });
    post({ type: 'result', requestId: message.requestId, payload });
  } catch (error) {
    console.error(error instanceof Error ? error : new Error(String(error)));
    fail(functionError(error));
  }
}

function fail(error: ReturnType<typeof functionError>): void {
  post({ type: 'error', requestId, error });
}

function crash(thrown: unknown, errorType: string): void {
  console.error(thrown);
  post({ type: 'fatal', error: functionError(thrown, errorType) });
}

function context({ timeoutMs, invokedFunctionArn, requestId: awsRequestId }: InvokeMessage): object {
  // Counted by the monotonic clock: a move of the platform's time must not eat an invocation's.
  const deadline = performance.now() + timeoutMs;
  return {
    awsRequestId,
    invokedFunctionArn,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: '$LATEST',
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
    callbackWaitsForEmptyEventLoop: true,
    identity: undefined,
    clientContext: undefined,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
  };
}
