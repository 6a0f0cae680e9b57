import { describe, expect, test } from 'vitest';
import { type ApplicationLine, parseApplicationLine } from '../../analyzer/src/parse/application-line.ts';

const ID = '6f1d0c52-9a3b-4e77-8c15-2b90d4a7e3f8';
const AT = '2026-11-21T07:46:54.123Z';
const AT_MS = Date.parse(AT);
const parse = parseApplicationLine;
const told = (line: ApplicationLine) =>
  line.errors.map((error) => `${error.type}${error.code === undefined ? '' : ` (${error.code})`}: ${error.message}`);

describe('Node text', () => {
  test('an ordinary line tells its time, request, level and message', () => {
    expect(parse(`${AT}\t${ID}\tWARN\tslow answer from stock\n`)).toEqual({
      dialect: 'node-text',
      level: 'warn',
      requestId: ID,
      printedAtMs: AT_MS,
      message: 'slow answer from stock',
      errors: [],
      thrownToRuntime: false,
      coldStart: undefined,
      functionName: undefined,
      memorySizeMb: undefined,
    });
  });

  test('during init there is no request', () => {
    expect(parse(`${AT}\tundefined\tINFO\tloading`).requestId).toBeUndefined();
  });

  test('what the handler threw is an error that reached the runtime', () => {
    const line = parse(
      `${AT}\t${ID}\tERROR\tInvoke Error \t${JSON.stringify({
        errorType: 'TypeError',
        errorMessage: "Cannot read properties of undefined (reading 'price')",
        code: 'ERR_X',
        stack: [
          "TypeError: Cannot read properties of undefined (reading 'price')",
          '    at total (/var/task/index.js:4:11)',
          '    at Runtime.handler (/var/task/index.js:9:3)',
        ],
      })}`,
    );
    expect(line).toMatchObject({ level: 'error', requestId: ID, thrownToRuntime: true });
    expect(line.message).toBe("Invoke Error: TypeError: Cannot read properties of undefined (reading 'price')");
    expect(line.errors).toEqual([
      {
        type: 'TypeError',
        message: "Cannot read properties of undefined (reading 'price')",
        code: 'ERR_X',
        stack: ['total (/var/task/index.js:4:11)', 'Runtime.handler (/var/task/index.js:9:3)'],
      },
    ]);
  });

  test('an unhandled rejection brings its reason and the reason’s cause', () => {
    const line = parse(
      `${AT}\t${ID}\tERROR\tUnhandled Promise Rejection \t${JSON.stringify({
        errorType: 'Runtime.UnhandledPromiseRejection',
        errorMessage: 'Error: charge failed',
        reason: {
          errorType: 'PaymentError',
          errorMessage: 'charge failed',
          stack: ['PaymentError: charge failed', '    at charge (/var/task/pay.js:1:1)'],
          cause: { errorType: 'Error', errorMessage: 'socket hang up', code: 'ECONNRESET' },
        },
        promise: {},
        stack: [
          'Runtime.UnhandledPromiseRejection: Error: charge failed',
          '    at process.<anonymous> (file:///var/runtime/index.mjs:1:1)',
        ],
      })}`,
    );
    expect(told(line)).toEqual([
      'Runtime.UnhandledPromiseRejection: Error: charge failed',
      'PaymentError: charge failed',
      'Error (ECONNRESET): socket hang up',
    ]);
    expect(line.thrownToRuntime).toBe(true);
  });

  test('a thrown error whose JSON was cut off still names itself', () => {
    const line = parse(`${AT}\t${ID}\tERROR\tUncaught Exception \t{"errorType":"RangeError","errorMessage":"too many","stack":["Rang`);
    expect(told(line)).toEqual(['RangeError: too many']);
    expect(line.thrownToRuntime).toBe(true);
  });

  test('the same words from the application’s own mouth are not a thrown error', () => {
    const line = parse(`${AT}\t${ID}\tERROR\tInvoke Error happened again`);
    expect(line.thrownToRuntime).toBe(false);
  });

  test('an error that console.error printed is read with its causes, codes and carriage returns', () => {
    const line = parse(
      [
        `${AT}\t${ID}\tERROR\tcould not save Error: save failed`,
        '    at save (/var/task/index.js:10:9)',
        '    at async handler (/var/task/index.js:20:3) {',
        "  code: 'SAVE',",
        '  [cause]: TypeError [ERR_INVALID_ARG_TYPE]: bad shape',
        '      at check (/var/task/check.js:2:2) {',
        "    code: 'ERR_INVALID_ARG_TYPE',",
        '    [cause]: Error: connect ECONNREFUSED 10.0.0.5:5432',
        '        at TCPConnectWrap.afterConnect (node:net:1555:16) {',
        '      errno: -111,',
        "      code: 'ECONNREFUSED'",
        '    }',
        '  }',
        '}',
      ].join('\r'),
    );
    expect(told(line)).toEqual([
      'Error (SAVE): save failed',
      'TypeError (ERR_INVALID_ARG_TYPE): bad shape',
      'Error (ECONNREFUSED): connect ECONNREFUSED 10.0.0.5:5432',
    ]);
    expect(line.errors[0]!.stack).toEqual(['save (/var/task/index.js:10:9)', 'async handler (/var/task/index.js:20:3)']);
    expect(line.errors[2]!.stack).toEqual(['TCPConnectWrap.afterConnect (node:net:1555:16)']);
  });

  test('a property printed after the cause belongs to the outer error', () => {
    const line = parse(
      [
        `${AT}\t${ID}\tERROR\tError: outer`,
        '    at a (/a.js:1:1) {',
        '  [cause]: Error: inner',
        '      at b (/b.js:1:1),',
        "  code: 'OUT'",
        '}',
      ].join('\n'),
    );
    expect(told(line)).toEqual(['Error (OUT): outer', 'Error: inner']);
  });

  test('an AggregateError brings the errors it is made of', () => {
    const line = parse(
      [
        `${AT}\t${ID}\tERROR\tAggregateError [ECONNREFUSED]: `,
        '    at internalConnectMultiple (node:net:1118:18) {',
        "  code: 'ECONNREFUSED',",
        '  [errors]: [',
        '    Error: connect ECONNREFUSED ::1:5432',
        '        at createConnectionError (node:net:1634:14) {',
        "      code: 'ECONNREFUSED',",
        '    },',
        '    Error: connect ECONNREFUSED 127.0.0.1:5432',
        '        at createConnectionError (node:net:1634:14)',
        '  ]',
        '}',
      ].join('\n'),
    );
    expect(told(line)).toEqual([
      'AggregateError (ECONNREFUSED): ',
      'Error (ECONNREFUSED): connect ECONNREFUSED ::1:5432',
      'Error: connect ECONNREFUSED 127.0.0.1:5432',
    ]);
  });

  test('a message of several lines is the message, and an error without a telling name keeps its own', () => {
    const line = parse([`${AT}\t${ID}\tERROR\tPaymentDeclined: card refused`, 'try another one', '    at pay (/p.js:1:1)'].join('\n'));
    expect(told(line)).toEqual(['PaymentDeclined: card refused\ntry another one']);
  });

  test('a line at level INFO without an error tells of none', () => {
    expect(parse(`${AT}\t${ID}\tINFO\tno Error: here`).errors).toEqual([]);
  });

  test('pino through console.log is pino', () => {
    const line = parse(
      `${AT}\t${ID}\tINFO\t{"level":50,"time":1795247214000,"pid":8,"hostname":"h","msg":"boom","err":{"type":"TypeError","message":"x","stack":"TypeError: x\\n    at f (/a.js:1:1)"}}`,
    );
    expect(line).toMatchObject({ dialect: 'pino', level: 'error', requestId: ID, message: 'boom' });
    expect(line.errors).toEqual([{ type: 'TypeError', message: 'x', stack: ['f (/a.js:1:1)'] }]);
  });
});

describe('Python text', () => {
  test('a logged line tells its time, request, level and message', () => {
    expect(parse(`[WARNING]\t${AT}\t${ID}\tslow`)).toMatchObject({
      dialect: 'python-text',
      level: 'warn',
      requestId: ID,
      printedAtMs: AT_MS,
      message: 'slow',
    });
  });

  test('what the handler raised is an error that reached the runtime, thrower first', () => {
    const line = parse(
      '[ERROR] ValueError: bad amount\rTraceback (most recent call last):\r  File "/var/task/app.py", line 10, in handler\r    pay()\r  File "/var/task/pay.py", line 3, in pay\r    raise ValueError("bad amount")',
    );
    expect(line).toMatchObject({ dialect: 'python-text', level: 'error', thrownToRuntime: true });
    expect(line.errors).toEqual([
      { type: 'ValueError', message: 'bad amount', stack: ['pay (/var/task/pay.py:3)', 'handler (/var/task/app.py:10)'] },
    ]);
  });

  test('a module that is missing is named', () => {
    const line = parse(
      "[ERROR] Runtime.ImportModuleError: Unable to import module 'app': No module named 'yaml'\nTraceback (most recent call last):",
    );
    expect(told(line)).toEqual(["Runtime.ImportModuleError: Unable to import module 'app': No module named 'yaml'"]);
  });

  test('logger.exception with a chain starts with the error that left the program', () => {
    const line = parse(
      [
        `[ERROR]\t${AT}\t${ID}\tcharge failed`,
        'Traceback (most recent call last):',
        '  File "/var/task/app.py", line 4, in charge',
        '    connect()',
        'ConnectionError: refused',
        '',
        'The above exception was the direct cause of the following exception:',
        '',
        'Traceback (most recent call last):',
        '  File "/var/task/app.py", line 9, in handler',
        '    charge()',
        'shop.errors.PaymentError: not paid',
      ].join('\n'),
    );
    expect(told(line)).toEqual(['shop.errors.PaymentError: not paid', 'ConnectionError: refused']);
    expect(line.thrownToRuntime).toBe(false);
  });
});

describe('JSON', () => {
  test('Lambda’s own format, with an error among its arguments', () => {
    const line = parse(
      JSON.stringify({
        timestamp: AT,
        level: 'ERROR',
        requestId: ID,
        message: 'could not save Error: save failed\n    at save (/a.js:1:1)',
        errorType: 'Error',
        errorMessage: 'save failed',
        stackTrace: ['Error: save failed', '    at save (/a.js:1:1)'],
      }),
    );
    expect(line).toMatchObject({ dialect: 'lambda-json', level: 'error', requestId: ID, printedAtMs: AT_MS, thrownToRuntime: false });
    expect(line.errors).toEqual([{ type: 'Error', message: 'save failed', stack: ['save (/a.js:1:1)'] }]);
  });

  test('a message that is an error object', () => {
    const line = parse(
      JSON.stringify({
        timestamp: AT,
        level: 'ERROR',
        requestId: ID,
        message: { errorType: 'TypeError', errorMessage: 'x is not a function', stackTrace: [] },
      }),
    );
    expect(told(line)).toEqual(['TypeError: x is not a function']);
    expect(line.message).toBe('x is not a function');
  });

  test.each([[['a', 1]], [42], [null], [true], [{ plain: 'object' }]])('a message may be any JSON value: %j', (message) => {
    const line = parse(JSON.stringify({ timestamp: AT, level: 'WARN', requestId: ID, message }));
    expect(line).toMatchObject({ dialect: 'lambda-json', level: 'warn', errors: [] });
  });

  test('a logger’s JSON inside Lambda’s JSON is unwrapped once, and its level counts', () => {
    const line = parse(
      JSON.stringify({
        timestamp: AT,
        level: 'INFO',
        requestId: ID,
        message: JSON.stringify({ level: 'error', message: 'WidgetUpdateFailed', error: 'no such widget' }),
      }),
    );
    expect(line).toMatchObject({ dialect: 'winston', level: 'error', requestId: ID, message: 'WidgetUpdateFailed' });
    expect(told(line)).toEqual(['Error: no such widget']);
  });

  test('Powertools tells of cold starts, function and memory', () => {
    const line = parse(
      JSON.stringify({
        level: 'ERROR',
        message: 'failed',
        timestamp: AT,
        service: 'shop',
        cold_start: true,
        function_memory_size: '512',
        function_name: 'checkout',
        function_request_id: ID,
        xray_trace_id: '1-6ac7d554-62c6be2f6c1bd8032dac9acf',
        error: {
          name: 'ConditionalCheckFailedException',
          location: 'file:///var/task/index.mjs:1',
          message: 'the request failed',
          stack: 'ConditionalCheckFailedException: the request failed\n    at put (/a.js:1:1)',
        },
      }),
    );
    expect(line).toMatchObject({
      dialect: 'powertools',
      level: 'error',
      requestId: ID,
      coldStart: true,
      functionName: 'checkout',
      memorySizeMb: 512,
      message: 'failed',
    });
    expect(told(line)).toEqual(['ConditionalCheckFailedException: the request failed']);
  });

  test('Powertools for Python brings its exception as text and name', () => {
    const line = parse(
      JSON.stringify({
        level: 'ERROR',
        message: 'failed',
        timestamp: '2026-11-21 07:46:54,123+0000',
        service: 'shop',
        cold_start: false,
        function_request_id: ID,
        exception: 'Traceback (most recent call last):\n  File "/var/task/app.py", line 7, in handler\n    x()\nKeyError: \'sku\'',
        exception_name: 'KeyError',
      }),
    );
    expect(line).toMatchObject({ dialect: 'powertools', printedAtMs: AT_MS, coldStart: false });
    expect(line.errors).toEqual([{ type: 'KeyError', message: "'sku'", stack: ['handler (/var/task/app.py:7)'] }]);
  });

  test('what a Python handler raised in Lambda’s JSON format reached the runtime', () => {
    const line = parse(
      JSON.stringify({
        timestamp: AT,
        log_level: 'ERROR',
        errorMessage: 'bad',
        errorType: 'ValueError',
        requestId: ID,
        stackTrace: ['  File "/var/task/app.py", line 2, in handler\n    raise ValueError("bad")\n'],
      }),
    );
    expect(line).toMatchObject({ dialect: 'lambda-json', level: 'error', thrownToRuntime: true });
    expect(line.errors).toEqual([{ type: 'ValueError', message: 'bad', stack: ['handler (/var/task/app.py:2)'] }]);
  });

  test.each([
    ['{"level":40,"time":1795247214123,"pid":8,"hostname":"h","msg":"m"}', 'pino', 'warn', 1_795_247_214_123],
    ['{"name":"shop","hostname":"h","pid":8,"level":60,"msg":"m","time":"2026-11-21T07:46:54.123Z","v":0}', 'bunyan', 'fatal', AT_MS],
    ['{"level":"warn","message":"m","timestamp":"2026-11-21T07:46:54.123Z"}', 'winston', 'warn', AT_MS],
    ['{"severity":"CRITICAL","msg":"m","ts":1795247214.123}', 'json', 'fatal', AT_MS],
  ])('%s', (text, dialect, level, printedAtMs) => {
    expect(parse(text)).toMatchObject({ dialect, level, printedAtMs, message: 'm', errors: [] });
  });

  test('bunyan’s and pino’s causes come from objects or from the printed stack', () => {
    const printed = parse(
      JSON.stringify({
        level: 50,
        time: 1,
        pid: 1,
        msg: 'm',
        err: {
          type: 'Error',
          message: 'outer: inner',
          stack: 'Error: outer\n    at a (/a.js:1:1)\ncaused by: RangeError: inner\n    at b (/b.js:1:1)',
        },
      }),
    );
    expect(told(printed)).toEqual(['Error: outer: inner', 'RangeError: inner']);
    const held = parse(
      JSON.stringify({
        v: 0,
        name: 'shop',
        level: 50,
        msg: 'm',
        err: { name: 'Error', message: 'outer', cause: { name: 'RangeError', message: 'inner' } },
      }),
    );
    expect(told(held)).toEqual(['Error: outer', 'RangeError: inner']);
  });

  test.each(['requestId', 'awsRequestId', 'function_request_id', 'x-request-id', 'AWSRequestId'])(
    'the request id is found under %s',
    (key) => {
      expect(parse(JSON.stringify({ level: 'info', message: 'm', [key]: ID })).requestId).toBe(ID);
    },
  );

  test('Java’s stack with a cause', () => {
    const line = parse(
      JSON.stringify({
        level: 'ERROR',
        message:
          'java.lang.IllegalStateException: no state\n\tat com.shop.Cart.add(Cart.java:12)\nCaused by: java.io.IOException: closed\n\tat com.shop.Io.read(Io.java:3)\n\t... 12 more',
      }),
    );
    expect(told(line)).toEqual(['java.lang.IllegalStateException: no state', 'java.io.IOException: closed']);
  });

  test('a record of the Telemetry API gives what the function printed', () => {
    const line = parse(
      JSON.stringify({ time: AT, type: 'function', record: { timestamp: AT, level: 'ERROR', requestId: ID, message: 'm' } }),
    );
    expect(line).toMatchObject({ dialect: 'lambda-json', level: 'error', requestId: ID, message: 'm' });
  });

  test('braces that are not JSON are a bare line', () => {
    expect(parse('{ code: 1 }')).toMatchObject({ dialect: 'bare', message: '{ code: 1 }' });
  });
});

describe('bare lines', () => {
  test('V8’s last words are fatal', () => {
    const line = parse(
      '\n<--- Last few GCs --->\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native stack trace -----',
    );
    expect(line).toMatchObject({ dialect: 'bare', level: 'fatal' });
    expect(told(line)).toEqual(['FatalError: FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory']);
  });

  test('an uncaught error as Node itself prints it', () => {
    const line = parse(
      "/var/task/index.js:3\n  throw new TypeError('x')\n  ^\n\nTypeError: x\n    at Object.<anonymous> (/var/task/index.js:3:9)\n\nNode.js v22.11.0",
    );
    expect(line).toMatchObject({ dialect: 'bare', level: 'error' });
    expect(told(line)).toEqual(['TypeError: x']);
  });

  test('a line that only speaks of errors is no error', () => {
    expect(parse('0 errors, 12 warnings')).toMatchObject({ dialect: 'bare', level: undefined, errors: [] });
  });

  test.each([
    ['ERROR could not connect', 'error'],
    ['[warn] slow', 'warn'],
    ['level=error msg=x', 'error'],
    ['errors are fine', undefined],
  ])('%s', (text, level) => {
    expect(parse(text).level).toBe(level);
  });
});

describe('what leaves the parser', () => {
  const leak = `password=hunter2 jane@example.com`;
  test.each([
    `${AT}\t${ID}\tERROR\t${leak}`,
    `${AT}\t${ID}\tERROR\tError: ${leak}\n    at f (https://u:p4ss@host/x.js?token=abc123def)`,
    `${AT}\t${ID}\tERROR\tInvoke Error \t${JSON.stringify({ errorType: leak, errorMessage: leak, code: leak, stack: [leak, `    at ${leak}`], cause: leak })}`,
    JSON.stringify({ level: 'ERROR', timestamp: AT, message: { password: 'hunter2', by: 'jane@example.com' } }),
    JSON.stringify({ level: 'ERROR', message: 'm', error: leak, stack: leak, requestId: leak, function_name: leak }),
    JSON.stringify({ level: 'ERROR', password: 'hunter2', mail: 'jane@example.com' }),
    `[ERROR] ValueError: ${leak}\nTraceback (most recent call last):\n  File "/a.py", line 1, in f`,
    leak,
  ])('is redacted in every part: %j', (text) => {
    const shown = JSON.stringify(parse(text));
    expect(shown).not.toMatch(/hunter2|jane|p4ss|abc123def/);
  });

  test('a message is at most 4,096 characters, a stack at most 20 frames', () => {
    const line = parse(`${AT}\t${ID}\tERROR\tError: ${'x'.repeat(3000)}${'\n    at f (/a.js:1:1)'.repeat(100)}`);
    expect(line.message.length).toBe(4096);
    expect(line.errors[0]!.stack.length).toBe(20);
  });
});

test('an error whose class a minifier renamed keeps the name in brackets and its whole message', () => {
  const { errors } = parseApplicationLine(
    'request failed At [ZodError]: [\n  {\n    "message": "Required"\n  }\n]\n    at Dt (/var/task/index.mjs:4:1401)',
  );
  expect(errors[0]).toMatchObject({ type: 'At', code: 'ZodError', stack: ['Dt (/var/task/index.mjs:4:1401)'] });
  expect(errors[0]!.message).toContain('"message": "Required"');
});
