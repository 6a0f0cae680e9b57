import { describe, expect, test } from 'vitest';
import { peerNamer } from '../../agent/src/measure/peer-name.ts';

const nameOf = peerNamer('');

describe('a host of AWS is its service, without account, region and generated parts', () => {
  test.each([
    ['dynamodb.us-east-1.amazonaws.com', 'dynamodb'],
    ['dynamodb-fips.us-gov-west-1.amazonaws.com', 'dynamodb'],
    ['123456789012.ddb.us-east-1.amazonaws.com', 'dynamodb'],
    ['streams.dynamodb.eu-west-1.amazonaws.com', 'dynamodb'],
    ['sqs.eu-central-1.amazonaws.com', 'sqs'],
    ['sqs.us-east-1.api.aws', 'sqs'],
    ['sqs.cn-north-1.amazonaws.com.cn', 'sqs'],
    ['sqs.eusc-de-east-1.amazonaws.eu', 'sqs'],
    ['vpce-0a1b2c3d4e5f-abcdefgh-us-east-1a.sqs.us-east-1.vpce.amazonaws.com', 'sqs'],
    ['s3.amazonaws.com', 's3'],
    ['my-bucket.s3.eu-west-1.amazonaws.com', 's3'],
    ['my.dotted.bucket.s3.amazonaws.com', 's3'],
    ['my-bucket.s3-us-west-2.amazonaws.com', 's3'],
    ['my-bucket.s3.dualstack.ap-southeast-2.amazonaws.com', 's3'],
    ['b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com', 's3express'],
    ['abc123.execute-api.eu-west-1.amazonaws.com', 'execute-api'],
    ['xyz123abc456.lambda-url.eu-west-1.on.aws', 'lambda-url'],
    ['lambda.us-east-1.amazonaws.com', 'lambda'],
    ['secretsmanager.eu-west-1.amazonaws.com', 'secretsmanager'],
    ['ssm.eu-west-1.amazonaws.com', 'ssm'],
    ['sts.amazonaws.com', 'sts'],
    ['sts.eu-west-1.amazonaws.com', 'sts'],
    ['kinesis.eu-west-1.amazonaws.com', 'kinesis'],
    ['123456789012.data-kinesis.us-east-1.amazonaws.com', 'data-kinesis'],
    ['sns.eu-west-1.amazonaws.com', 'sns'],
    ['bedrock-runtime.us-east-1.amazonaws.com', 'bedrock-runtime'],
    ['cognito-idp.eu-west-1.amazonaws.com', 'cognito-idp'],
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'ecr'],
    ['search-logs-abcdefghijklmnopqrstuvwxyz.eu-west-1.es.amazonaws.com', 'es'],
    ['a1b2c3-ats.iot.eu-west-1.amazonaws.com', 'iot'],
  ])('%s is %s', (host, name) => {
    expect(nameOf(host, 443)).toBe(name);
  });
});

describe('what a customer named keeps that name before the service', () => {
  test.each([
    ['mydb.cxyz123abcde.eu-west-1.rds.amazonaws.com', 3306, 'mydb.rds:3306'],
    ['orders.cluster-cxyz123abcde.eu-west-1.rds.amazonaws.com', 5432, 'orders.rds:5432'],
    ['sessions.abc123.ng.0001.euw1.cache.amazonaws.com', 6379, 'sessions.cache:6379'],
    ['master.sessions.abc123.euw1.cache.amazonaws.com', 6379, 'sessions.cache:6379'],
    ['clustercfg.sessions.abc123.memorydb.eu-west-1.amazonaws.com', 6379, 'sessions.memorydb:6379'],
    ['docs.cluster-cxyz123abcde.eu-west-1.docdb.amazonaws.com', 27_017, 'docs.docdb:27017'],
    ['internal-orders-1234567890.eu-west-1.elb.amazonaws.com', 80, 'internal-orders-*.elb'],
  ])('%s is %s %s', (host, port, name) => {
    expect(nameOf(host, port)).toBe(name);
  });
});

describe('what a machine made up is masked', () => {
  test.each([
    ['6f1d0c52-9a3b-4e77-8c15-2b90d4a7e3f8.api.example.com', '*.api.example.com'],
    ['d111111abcdef8.cloudfront.net', '*.cloudfront.net'],
    ['orders-7d4b9c6f5-x2x8z', 'orders-*'],
    ['shop-0a1b2c3d4e5f.herokuapp.com', 'shop-*.herokuapp.com'],
    ['tenant-4915123456789.example.com', 'tenant-*.example.com'],
    ['abcdefghijklmnopqrstuvwxyzabcd.example.com', '*.example.com'],
    ['ip-10-0-3-4.eu-west-1.compute.internal', 'ip-10-0-*.eu-west-1.compute.internal'],
  ])('%s is %s', (host, name) => {
    expect(nameOf(host)).toBe(name);
  });
});

describe('what a person named stays', () => {
  test.each([
    ['api.stripe.com', 'api.stripe.com'],
    ['API.Stripe.com.', 'api.stripe.com'],
    ['hooks.slack.com', 'hooks.slack.com'],
    ['oauth2.googleapis.com', 'oauth2.googleapis.com'],
    ['api.web3forms.com', 'api.web3forms.com'],
    ['acme.auth0.com', 'acme.auth0.com'],
    ['s3.eu-central-003.backblazeb2.com', 's3.eu-central-003.backblazeb2.com'],
    ['orders', 'orders'],
    ['orders.default.svc.cluster.local', 'orders.default'],
    ['postgres-0.postgres.default.svc.cluster.local', 'postgres-0.postgres.default'],
    ['amazonaws.com.example.org', 'amazonaws.com.example.org'],
  ])('%s is %s', (host, name) => {
    expect(nameOf(host)).toBe(name);
  });
});

describe('an address tells its network and its port, not whose machine it is', () => {
  test.each([
    ['10.0.3.4', 5432, '10.0.*:5432'],
    ['203.0.113.77', 443, '203.0.*'],
    ['2001:db8:85a3::8a2e:370:7334', 443, '2001:db8:*'],
    ['[2001:db8::1]', 8080, '2001:db8:*:8080'],
    ['127.0.0.1', 3000, 'localhost:3000'],
    ['::1', 3000, 'localhost:3000'],
    ['[::1]', undefined, 'localhost'],
    ['::ffff:127.0.0.1', 3000, 'localhost:3000'],
    ['localhost', 3000, 'localhost:3000'],
    ['unix', undefined, 'unix'],
  ])('%s with port %s is %s', (host, port, name) => {
    expect(nameOf(host, port)).toBe(name);
  });
});

describe('the port stands behind unless it is that of HTTP', () => {
  test.each([
    ['orders-db', 5432, 'orders-db:5432'],
    ['orders-db', '5432', 'orders-db:5432'],
    ['orders', 80, 'orders'],
    ['orders', 443, 'orders'],
    ['orders', undefined, 'orders'],
    ['orders:8080', undefined, 'orders:8080'],
    ['orders:443', undefined, 'orders'],
    ['[::1]:8080', undefined, 'localhost:8080'],
  ])('%s and %s is %s', (host, port, name) => {
    expect(nameOf(host, port)).toBe(name);
  });
});

describe('names in the settings', () => {
  const mapped = peerNamer('10.0.3.4:5432=orders-db, payments.internal=payments,.tenants.example.com=tenants,broken,=nobody,empty=');

  test('a host with its port, a host alone and the end of a host are replaced, without the port', () => {
    expect(mapped('10.0.3.4', 5432)).toBe('orders-db');
    expect(mapped('payments.internal', 8443)).toBe('payments');
    expect(mapped('Payments.Internal:8443')).toBe('payments');
    expect(mapped('acme.tenants.example.com', 443)).toBe('tenants');
  });

  test('whatever they do not name is named as ever', () => {
    expect(mapped('10.0.3.4', 6379)).toBe('10.0.*:6379');
    expect(mapped('tenants.example.com', 443)).toBe('tenants.example.com');
    expect(mapped('sqs.eu-west-1.amazonaws.com', 443)).toBe('sqs');
    expect(mapped('broken')).toBe('broken');
    expect(mapped('empty')).toBe('empty');
  });

  test('the first that fits wins', () => {
    expect(peerNamer('.example.com=first,api.example.com=second')('api.example.com')).toBe('first');
  });
});

test('hosts without end are named without end, and no host whatever makes it throw', () => {
  for (let tenant = 0; tenant < 1000; tenant++) expect(nameOf(`t${tenant}.example.com`)).toBe(`t${tenant}.example.com`);
  for (const odd of ['', ':', '.', '[', ']', 'a\nb', 'ü.example', '*'.repeat(10_000)]) expect(typeof nameOf(odd, 'x')).toBe('string');
});
