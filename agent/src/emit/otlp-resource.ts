/** Who speaks: the attributes that all spans, logs and metrics of one process share, by OpenTelemetry's semantic conventions. */
import { AGENT_VERSION } from './agent-version.ts';
import { type Environment, pairsOf } from './otlp-settings.ts';
import type { Attributes, AttributeValue } from './span.ts';

export interface Speaker {
  /** Name of the service as the settings give it; '' when they give none. */
  readonly serviceName: string;
  /** Id of this process, where it has one of ours. */
  readonly sandboxId?: string | undefined;
  readonly serviceVersion?: string | undefined;
}

/** What the user says of the resource comes last, and wins; only a service name that was set for the agent is above it. */
export function resourceAttributes(environment: Environment, speaker: Speaker): Attributes {
  const functionName = environment.AWS_LAMBDA_FUNCTION_NAME;
  const told = pairsOf(environment.OTEL_RESOURCE_ATTRIBUTES);
  const attributes: Record<string, AttributeValue> = {
    'telemetry.sdk.name': 'nightlight',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': AGENT_VERSION,
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    'host.arch': HOST_ARCH[process.arch] ?? process.arch,
    ...(functionName ? lambdaAttributes(environment, functionName) : {}),
    ...(speaker.sandboxId && !functionName ? { 'service.instance.id': speaker.sandboxId } : {}),
    ...(speaker.serviceVersion && !functionName ? { 'service.version': speaker.serviceVersion } : {}),
    ...told,
  };
  attributes['service.name'] = speaker.serviceName || told['service.name'] || functionName || 'unknown_service:node';
  return attributes;
}

function lambdaAttributes(environment: Environment, functionName: string): Record<string, AttributeValue> {
  const attributes: Record<string, AttributeValue> = {
    'cloud.provider': 'aws',
    'cloud.platform': 'aws_lambda',
    'faas.name': functionName,
  };
  const add = (name: string, value: AttributeValue | undefined) => {
    if (value !== undefined && value !== '') attributes[name] = value;
  };
  add('cloud.region', environment.AWS_REGION);
  add('faas.version', environment.AWS_LAMBDA_FUNCTION_VERSION);
  add('faas.instance', environment.AWS_LAMBDA_LOG_STREAM_NAME);
  const memoryMb = Number(environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  if (memoryMb > 0) add('faas.max_memory', memoryMb * 1_048_576);
  if (environment.AWS_LAMBDA_LOG_GROUP_NAME) add('aws.log.group.names', [environment.AWS_LAMBDA_LOG_GROUP_NAME]);
  if (environment.AWS_LAMBDA_LOG_STREAM_NAME) add('aws.log.stream.names', [environment.AWS_LAMBDA_LOG_STREAM_NAME]);
  return attributes;
}

const HOST_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', ia32: 'x86', arm: 'arm32' };
