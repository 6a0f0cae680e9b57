import { expect, test } from 'vitest';
import { DEFAULTS_IN_LAMBDA, isOff, readSettings } from '../../agent/src/settings.ts';

test('without variables the defaults hold, and nothing is complained of', () => {
  expect(readSettings({}, true)).toMatchObject({
    flush: 'log',
    sampleEvery: 1,
    probe: false,
    sink: 'stdout',
    windowMs: 10_000,
    problems: [],
  });
  expect(readSettings({}, false)).toMatchObject({ sink: 'otlp', problems: [] });
});

test('what Lambda takes without reading the variables is what it would have read', () => {
  const read = readSettings({ TMPDIR: process.env.TMPDIR }, true);
  for (const [name, value] of Object.entries(DEFAULTS_IN_LAMBDA)) expect(read).toHaveProperty(name, value);
  // What is absent there is off here.
  expect(read).toMatchObject({ flush: 'log', sampleEvery: 1, probe: false, peerNames: '', otlpEndpoint: '' });
});

test('each variable is read', () => {
  const settings = readSettings(
    {
      NIGHTLIGHT_FLUSH: 'invoke',
      NIGHTLIGHT_SAMPLE: '1/20',
      NIGHTLIGHT_PROBE: 'auto',
      NIGHTLIGHT_MODULES: 'on',
      NIGHTLIGHT_STATE_DIR: '/var/tmp/x',
      NIGHTLIGHT_PEERS: 'a=b',
      NIGHTLIGHT_OTLP_ENDPOINT: 'https://collector:4318',
      NIGHTLIGHT_SINK: 'file:/var/log/x.ndjson',
      NIGHTLIGHT_WINDOW: '30s',
      OTEL_SERVICE_NAME: 'shop',
      NIGHTLIGHT_VERSION: '1.5.0',
      NODE_V8_COVERAGE: '/var/tmp/coverage',
    },
    false,
  );
  expect(settings).toEqual({
    flush: 'invoke',
    sampleEvery: 20,
    probe: true,
    probesAlways: false,
    coverageRuns: true,
    modulesEvery: 1,
    stateDirectory: '/var/tmp/x',
    peerNames: 'a=b',
    otlpEndpoint: 'https://collector:4318',
    sink: 'file:/var/log/x.ndjson',
    windowMs: 30_000,
    serviceName: 'shop',
    serviceVersion: '1.5.0',
    problems: [],
  });
});

test('a value that is not understood leaves the default, and names the variable and what is accepted, never the value', () => {
  const secret = 'hunter2';
  const names = ['FLUSH', 'SAMPLE', 'PROBE', 'MODULES', 'OTLP_ENDPOINT', 'SINK', 'WINDOW'];
  const settings = readSettings(Object.fromEntries(names.map((name) => [`NIGHTLIGHT_${name}`, secret])), true);
  expect(settings.problems).toHaveLength(names.length);
  for (const [i, name] of names.entries()) expect(settings.problems[i]).toMatch(new RegExp(`^NIGHTLIGHT_${name}: expected .+`));
  expect(settings.problems.join()).not.toContain(secret);
  expect({ ...settings, problems: [] }).toEqual(readSettings({}, true));
});

test('a variable that is set to nothing means the default', () => {
  expect(readSettings({ NIGHTLIGHT_FLUSH: '', NIGHTLIGHT_SAMPLE: '' }, true)).toEqual(readSettings({}, true));
});

test('measuring modules can be left out altogether', () => {
  expect(readSettings({ NIGHTLIGHT_MODULES: 'off' }, true)).toMatchObject({ modulesEvery: Number.POSITIVE_INFINITY, problems: [] });
});

test('the odd ones are refused: no sampling at all, a window of nothing, an endpoint that is no URL', () => {
  for (const env of [{ NIGHTLIGHT_SAMPLE: '1/0' }, { NIGHTLIGHT_WINDOW: '0s' }, { NIGHTLIGHT_OTLP_ENDPOINT: 'collector:4318' }]) {
    expect(readSettings(env, true).problems).toHaveLength(1);
  }
});

test('NIGHTLIGHT=off is read in the ways people write it', () => {
  for (const off of ['off', 'OFF', '0', 'false', 'no']) expect(isOff({ NIGHTLIGHT: off })).toBe(true);
  for (const on of ['on', '1', '', 'offline']) expect(isOff({ NIGHTLIGHT: on })).toBe(false);
  expect(isOff({})).toBe(false);
});
