/** What a long-running program is told apart by, from one deployment to the next. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { resourceAttributes } from '../../agent/src/emit/otlp-resource.ts';
import { nearestPackage } from '../../agent/src/host/process/nearest-package.ts';
import { serviceVersion } from '../../agent/src/host/process/service-version.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-version-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('what was set wins, then what OpenTelemetry is told, then the package above the script', () => {
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'package.json'), '{"name": "shop", "version": "2.3.1"}');
  const ofProgram = nearestPackage(join(folder, 'src', 'server.js'));
  expect(ofProgram).toEqual({ name: 'shop', version: '2.3.1' });
  const attributes = 'deployment.environment.name=prod,service.version=2.4.0-rc%2B7';
  expect(serviceVersion('a1b2c3d', attributes, ofProgram)).toBe('a1b2c3d');
  expect(serviceVersion('', attributes, ofProgram)).toBe('2.4.0-rc+7');
  expect(serviceVersion(undefined, undefined, ofProgram)).toBe('2.3.1');
});

test('a version that tells nothing apart is none: 0.0.0, a broken package.json, no script', () => {
  writeFileSync(join(folder, 'package.json'), '{"version": 7, "name": ');
  const broken = nearestPackage(join(folder, 'server.js'));
  expect(serviceVersion('', undefined, broken)).toBeUndefined();
  expect(serviceVersion('', undefined, { name: 'shop', version: '0.0.0' })).toBeUndefined();
  expect(serviceVersion('', undefined, nearestPackage(undefined))).toBeUndefined();
});

test('spans carry it, of a service only: Lambda names the version of a function itself', () => {
  const speaker = { serviceName: 'shop', serviceVersion: '2.3.1' };
  expect(resourceAttributes({}, speaker)['service.version']).toBe('2.3.1');
  expect(resourceAttributes({ OTEL_RESOURCE_ATTRIBUTES: 'service.version=9' }, speaker)['service.version']).toBe('9');
  expect(resourceAttributes({ AWS_LAMBDA_FUNCTION_NAME: 'checkout' }, speaker)).not.toHaveProperty('service.version');
});
