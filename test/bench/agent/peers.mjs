/**
 * Other agents as preload files: the OpenTelemetry SDK bundled into one file, and Datadog's two packages as published.
 *
 * They are no dependencies of the project. What cannot be installed is skipped, and said.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { cache, root } from './places.mjs';

const home = `${root}test/bench/agent-peers`;

/** @returns name to preload file */
export async function peerPreloads() {
  const peers = { 'sdk-node + exporter, bundled': await bundledSdk() };
  if (installed()) {
    peers['datadog-lambda-js, loaded'] = written('datadog-lambda', `require(${JSON.stringify(`${home}/node_modules/datadog-lambda-js`)});`);
    peers['dd-trace, started'] = written(
      'dd-trace',
      `require(${JSON.stringify(`${home}/node_modules/dd-trace`)}).init({ startupLogs: false, telemetry: { enabled: false } });`,
    );
  }
  return peers;
}

export async function bundledSdk() {
  const outfile = `${cache}/otel-sdk.cjs`;
  await build({
    stdin: {
      contents: `const { NodeSDK } = require('@opentelemetry/sdk-node');
const { OTLPTraceExporter } = require('@opentelemetry/exporter-trace-otlp-http');
new NodeSDK({ traceExporter: new OTLPTraceExporter(), instrumentations: [], autoDetectResources: false }).start();`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

function written(name, text) {
  const file = `${cache}/${name}.cjs`;
  writeFileSync(file, text);
  return file;
}

function installed() {
  if (existsSync(`${home}/node_modules/dd-trace`)) return true;
  try {
    console.error('installing other agents for the bench (once) …');
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], {
      cwd: home,
      stdio: ['ignore', 2, 2],
      timeout: 180_000,
    });
    return true;
  } catch (error) {
    console.error(`SKIPPED other agents: they could not be installed (${error.message.split('\n')[0]})`);
    return false;
  }
}
