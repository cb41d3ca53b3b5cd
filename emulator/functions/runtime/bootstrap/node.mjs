// Runs a JavaScript handler through the Lambda Runtime API, with the interface that Lambda gives
// to it: async and callback handlers, CommonJS and ES modules, streamed responses.

import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import util from 'node:util';

const env = process.env;
const [hostname, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const prefix = '/2018-06-01/runtime/';
const streamed = Symbol.for('aws.lambda.runtime.handler.streaming');
let requestId = '';

// --- log ----------------------------------------------------------------------------------------

for (const [method, level] of Object.entries({
  log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' })) {
  console[method] = (...parts) => writeLog(level, util.format(...parts));
}

function writeLog(level, text) {
  // A newline within an entry becomes a carriage return, as Lambda has it.
  const line = `${new Date().toISOString()}\t${requestId || 'undefined'}\t${level}\t${text.replace(/\n/g, '\r')}\n`;
  fs.writeSync(1, line);
}

// --- errors -------------------------------------------------------------------------------------

class Fault extends Error {
  constructor(kind, message) {
    super(message);
    this.name = kind;
  }
}

function describe(error) {
  if (!(error instanceof Error) && !util.types.isNativeError(error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: (error.stack || `${error.name}: ${error.message}`).replace(/^\w*Error(?=:)/, error.name).split('\n'),
  };
}

// --- the API ------------------------------------------------------------------------------------

function call(method, route, headers = {}, body = undefined) {
  return new Promise((resolve, reject) => {
    const request = http.request({ hostname, port, agent, method, path: prefix + route, headers }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(pieces).toString() }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function post(route, text, headers = {}) {
  const body = Buffer.from(text);
  return call('POST', route, { 'Content-Type': 'application/json', 'Content-Length': body.length, ...headers }, body);
}

function fail(route, error) {
  const description = describe(error);
  return post(route, JSON.stringify(description), { 'Lambda-Runtime-Function-Error-Type': description.errorType });
}

// --- streamed responses -------------------------------------------------------------------------

class HttpResponseStream {
  /** Puts status and headers before the body: their JSON, then eight zero bytes. */
  static from(stream, metadata) {
    stream.setContentType('application/vnd.awslambda.http-integration-response');
    stream.write(JSON.stringify(metadata));
    stream.write(Buffer.alloc(8));
    return stream;
  }
}

globalThis.awslambda = {
  streamifyResponse(handler) {
    handler[streamed] = true;
    return handler;
  },
  HttpResponseStream,
};

async function runStreamed(handler, event, context) {
  const response = new PassThrough();
  let contentType = 'application/octet-stream';
  response.setContentType = (type) => { contentType = type; };
  const id = requestId;
  let request;
  let answered;
  const begin = () => {
    answered ??= new Promise((resolve, reject) => {
      request = http.request({
        hostname, port, agent, method: 'POST', path: `${prefix}invocation/${id}/response`,
        headers: { 'Content-Type': contentType, 'Lambda-Runtime-Function-Response-Mode': 'streaming',
          'Transfer-Encoding': 'chunked',
          Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body' },
      }, (answer) => answer.resume().on('end', resolve));
      request.on('error', reject);
      response.pipe(request, { end: false });
      response.once('end', () => request.end());
    });
    return answered;
  };
  response.once('readable', begin);
  try {
    await handler(event, response, context);
  } catch (error) {
    if (!answered) throw error;
    // The answer is under way: only its trailers can still tell.
    const description = describe(error);
    writeLog('ERROR', `Invoke Error \t${JSON.stringify(description)}`);
    request.addTrailers({
      'Lambda-Runtime-Function-Error-Type': description.errorType,
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(description)).toString('base64') });
  }
  if (!response.writableEnded) response.end();
  await begin();
}

// --- the handler --------------------------------------------------------------------------------

async function load(base) {
  const require = createRequire(pathToFileURL(path.join(env.LAMBDA_TASK_ROOT, 'index.js')));
  for (const end of ['', '.js']) {
    if (end && fs.existsSync(base + end)) {
      try {
        return require(base + end);
      } catch (error) {
        if (error.code !== 'ERR_REQUIRE_ESM' && !(error instanceof SyntaxError)) throw error;
        return import(pathToFileURL(base + end));
      }
    }
  }
  if (fs.existsSync(`${base}.mjs`)) return import(pathToFileURL(`${base}.mjs`));
  return require(fs.existsSync(`${base}.cjs`) ? `${base}.cjs` : base);
}

async function findHandler(name) {
  const found = /^([^.]*(?:\.\.?\/)*[^.]*)\.(.+)$/.exec(path.basename(name));
  if (!found) throw new Fault('Runtime.MalformedHandlerName', 'Bad handler');
  const [, moduleName, chain] = found;
  let module;
  try {
    module = await load(path.resolve(env.LAMBDA_TASK_ROOT, path.dirname(name), moduleName));
  } catch (error) {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', error);
    if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND') {
      throw named('Runtime.ImportModuleError', error);
    }
    throw error;
  }
  const pick = (root) => chain.split('.').reduce((nested, key) => nested && nested[key], root);
  const handler = pick(module) ?? pick(module.default);
  if (handler === undefined) throw new Fault('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw new Fault('Runtime.HandlerNotFound', `${name} is not a function`);
  return handler;
}

function named(kind, error) {
  const fault = new Fault(kind, String(error));
  fault.stack = `${kind}: ${error.stack}`;
  return fault;
}

function makeContext(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext ? JSON.parse(clientContext) : undefined,
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** The handler's result, however it gives it: a promise, the callback, or context.done. */
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    let isDone = false;
    const finish = (error, result) => {
      if (isDone) return;
      isDone = true;
      const settle = () => (error ? reject(error) : resolve(result));
      // What is still under way belongs to the invocation, unless the handler says otherwise.
      if (context.callbackWaitsForEmptyEventLoop) process.once('beforeExit', settle);
      else settle();
    };
    context.done = finish;
    context.succeed = (result) => { context.callbackWaitsForEmptyEventLoop = false; finish(null, result); };
    context.fail = (error) => { context.callbackWaitsForEmptyEventLoop = false; finish(error ?? 'handled'); };
    const returned = handler(event, context, finish);
    if (returned && typeof returned.then === 'function') {
      returned.then(resolve, reject);
    } else if (!isDone) {
      // Nothing left to wait for and no callback: Lambda answers null.
      process.once('beforeExit', () => {
        if (!isDone) resolve(null);
        isDone = true;
      });
    }
  });
}

async function serve(handler) {
  for (;;) {
    const { headers, body } = await call('GET', 'invocation/next');
    requestId = headers['lambda-runtime-aws-request-id'];
    env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
    const id = requestId;
    try {
      const context = makeContext(headers);
      if (handler[streamed]) {
        await runStreamed(handler, JSON.parse(body), context);
        continue;
      }
      const result = await run(handler, JSON.parse(body), context);
      await post(`invocation/${id}/response`, JSON.stringify(result === undefined ? null : result) ?? 'null');
    } catch (error) {
      writeLog('ERROR', `Invoke Error \t${JSON.stringify(describe(error))}`);
      await fail(`invocation/${id}/error`, error);
    }
  }
}

async function end(kind, error) {
  writeLog('ERROR', `${kind} \t${JSON.stringify(describe(error))}`);
  await (requestId ? fail(`invocation/${requestId}/error`, error) : fail('init/error', error));
  process.exit(129);
}

process.on('uncaughtException', (error) => end('Uncaught Exception', error));
process.on('unhandledRejection', (reason) => {
  const error = new Fault('Runtime.UnhandledPromiseRejection', String(reason));
  if (reason && reason.stack) error.stack = `Runtime.UnhandledPromiseRejection: ${reason.stack}`;
  end('Unhandled Promise Rejection', error);
});

let handler;
try {
  handler = await findHandler(env._HANDLER);
} catch (error) {
  await end('Uncaught Exception', error);
}
serve(handler);
