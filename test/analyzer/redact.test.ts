import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact, redactLine } from '../../analyzer/src/parse/redact.ts';

const ID = '6f1d0c52-9a3b-4e77-8c15-2b90d4a7e3f8';
// Put together here, so that no scanner of repositories takes an invented token for a lost one.
const GITHUB = `ghp_${'Ab3'.repeat(12)}`;
const SLACK = `xoxb-${'2718281828'}-${'a1B2c3'.repeat(3)}`;
const AWS_KEY = `AKIA${'QX7'.repeat(5)}Z`;
const JWT = `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJ${'zdWIiOiJqYW5lIn0'}.s1gn-At_ure`;

describe('secrets', () => {
  test.each([
    [`key ${AWS_KEY} refused`, 'key [token] refused'],
    [`pushed with ${GITHUB}`, 'pushed with [token]'],
    [`slack ${SLACK}!`, 'slack [token]!'],
    [`session ${JWT} expired`, 'session [token] expired'],
    ['Authorization: Bearer a1b2c3d4e5', 'Authorization: Bearer [token]'],
    ['{"authorization":"Basic amFuZTpzZWNyZXQ="}', '{"authorization":"Basic [token]"}'],
    ['Authorization: Token 0a1b2c3d4e5f', 'Authorization: Token [token]'],
    [
      `Authorization: AWS4-HMAC-SHA256 Credential=${AWS_KEY}/20261121/eu-west-1/s3/aws4_request, Signature=ab12`,
      'Authorization: AWS4-HMAC-SHA256 [token]',
    ],
    ['DB_PASSWORD=hunter', 'DB_PASSWORD=[secret]'],
    ['password: "correct horse"', 'password: "[secret]"'],
    ['{"clientSecret":"q1w2e3r4t5"}', '{"clientSecret":"[secret]"}'],
    ['{\\"apiKey\\":\\"q1w2e3r4t5\\"}', '{\\"apiKey\\":\\"[secret]\\"}'],
    ['aws_secret_access_key = wJalrXUtnFEMIbPxRfiCYzzzz', 'aws_secret_access_key = [secret]'],
    ['Cookie: sid=abc', 'Cookie: [secret]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY----- end', '[private key] end'],
    ['postgres://admin:pa55@db.internal:5432/orders', 'postgres://[credentials]@db.internal:5432/orders'],
    ['amqp://admin:pa#55@db.internal/', 'amqp://[credentials]@db.internal/'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each([
    'Bearer authentication failed',
    'Unexpected token < in JSON at position 0',
    'maxTokens: 4096, tokensUsed: 120',
    'token: undefined',
    "Cannot read properties of undefined (reading 'password')",
    'key: invoices/2026/11/summary.pdf',
    `idempotency key: ${ID}`,
    'basic checks passed in 12 ms',
  ])('prose about secrets stays: %s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('people', () => {
  test.each([
    ['mail to jane.doe+shop@mail.example.co.uk.', 'mail to [email].'],
    ['user=jane%40example.com', 'user=[email]'],
    ['called +49 170 1234567 twice', 'called [phone] twice'],
    ['call (555) 010-4477', 'call [phone]'],
    ['{"phoneNumber":"01701234567"}', '{"phoneNumber":"[phone]"}'],
    ['paid with 4111 1111 1111 1111.', 'paid with [card].'],
    ['5 5105-1051-0510-5100 5', '5 [card] 5'],
    ['card=378282246310005', 'card=[card]'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each([
    'paid with 4111 1111 1111 1112',
    'pg@8.11.0 and @aws-sdk/client-s3@3.620.1',
    'at 1795219200123 (1795219200) 12345678901234567890',
    '2026-11-21T07:46:54.123+02:00',
    'waited 2026-11-21 07:46:54,123 for 3000.00 ms',
    '127.0.0.1:5432 and 10.20.30.40',
  ])('numbers and names that are nobody’s stay: %s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('addresses', () => {
  test.each([
    ['GET https://api.example.com/v1/orders/7?email=a%40b.c&t=1 failed', 'GET https://api.example.com/v1/orders/7?… failed'],
    ['GET /orders?since=2026 500', 'GET /orders?… 500'],
    ['https://app.example.com/cb#access_token=abc', 'https://app.example.com/cb#…'],
    ['arn:aws:dynamodb:eu-west-1:210987654321:table/orders', 'arn:aws:dynamodb:eu-west-1:[account]:table/orders'],
    ['https://sqs.eu-west-1.amazonaws.com/210987654321/jobs', 'https://sqs.eu-west-1.amazonaws.com/[account]/jobs'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });
});

test('what a diagnosis lives on stays as it is', () => {
  const text = [
    `RequestId: ${ID}`,
    '1-6ac7d554-62c6be2f6c1bd8032dac9acf 854892f93105b5ae',
    '2026/11/21/[$LATEST]0123456789abcdef0123456789abcdef',
    '2026/11/21/checkout[12]fedcba9876543210fedcba9876543210',
    'https://docs.example.com/errors#E1',
    'arn:aws:lambda:us-east-1::runtime:0123456789abcdef',
    'NF5U6CMIUAWPER24GXDNDEZSVU',
    'at handler (/var/task/node_modules/pg/lib/client.js:52:13)',
    "what? (really?) it's 50 % = half",
  ].join('\n');
  expect(redact(text)).toBe(text);
});

describe('control characters', () => {
  test('colours, titles, bells and direction marks are gone; newlines and tabs stay', () => {
    expect(redact('\x1b[31mred\x1b[0m\x07 \x1b]0;title\x07a\u202eb\u2066c\x9b2Jd\te\nf\x00')).toBe('red abcd\te\nf');
  });

  test('a carriage return is the newline that the Node runtime client meant', () => {
    expect(redact('a\rb\r\nc')).toBe('a\nb\nc');
  });

  test('one line stays one line', () => {
    expect(redactLine('a\n\tb\rc')).toBe('a b c');
  });

  test('a secret that was cut in two by a control character is found', () => {
    expect(redact(`${AWS_KEY.slice(0, 6)}\u200b${AWS_KEY.slice(6)}`)).toBe('[token]');
  });

  test('no control character is ever left', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        (text) => !/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(redact(text)),
      ),
    );
  });
});

const FRAGMENTS = [
  'a',
  '1',
  ' ',
  '@',
  '.',
  ':',
  '=',
  '"',
  "'",
  '\\',
  '/',
  '?',
  '&',
  '#',
  '-',
  '[',
  ']',
  '{',
  '\n',
  '\r',
  '\x1b[',
  '\u202e',
  '%40',
  '://',
  'token',
  'password=',
  'key: ',
  'Bearer ',
  'authorization',
  '4111111111111111',
  '4111 ',
  '1111 ',
  '+49 170 ',
  '1234567',
  'arn:aws:s3:::',
  '210987654321',
  'x@y.zz',
  AWS_KEY,
  JWT,
  GITHUB,
  ID,
  'eyJ',
];
const texts = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 40 }).map((parts) => parts.join(''));

test('redacting twice changes nothing more', () => {
  fc.assert(
    fc.property(texts, (text) => redact(redact(text)) === redact(text)),
    { numRuns: 3000 },
  );
});

test('a text never grows by more than the words that replace its parts', () => {
  fc.assert(
    fc.property(texts, (text) => redact(text).length <= 4 * text.length + 16),
    { numRuns: 500 },
  );
});

test('a megabyte of each pattern’s worst case takes no more than some small multiple of a megabyte of prose', () => {
  const megabyte = (unit: string) => unit.repeat(Math.ceil(1_000_000 / unit.length));
  const spent = (text: string) => {
    const before = process.cpuUsage().user;
    redact(text);
    return process.cpuUsage().user - before;
  };
  spent(megabyte('warm '));
  const prose = spent(megabyte('the basket of the customer could not be saved in time. '));
  const worst = [
    ...FRAGMENTS,
    'token=',
    'token="',
    'token="x ',
    'token=\'a token="',
    'token="[',
    'key=',
    'eyJaaaaaaaaaaaa-',
    'a@',
    '@a.',
    'a.',
    'http://a@',
    'http://a?b#',
    '?a',
    '?aaaa=',
    'Bearer a',
    'authorization: ',
    'AWS4-HMAC-SHA256 ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN A ',
    '1 ',
    '1-',
    '+1 ',
    '(555',
    'phone: +1 ',
    '555 ',
    'arn:aws-',
    'account ',
    '\x1b[0;',
    '\x1b]',
    '\x1b ',
    'password=x,',
    'secret_',
    'xoxb-',
    'sk-',
    '12345678901',
  ];
  for (const unit of worst) {
    // Quadratic behaviour would be thousands of times slower, not tens.
    expect(spent(megabyte(unit)), JSON.stringify(unit)).toBeLessThan(60 * prose + 500_000);
  }
});
