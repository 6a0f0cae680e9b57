/**
 * Where telemetry goes and where the platform is asked, as `host` and `host:port`: never hurt.
 *
 * By the variables that every OpenTelemetry exporter reads, whether it is ours or the host's own; those of Lambda's runtime and
 * of the X-Ray daemon; and the default receiver on this machine. Source: OpenTelemetry specification, "OpenTelemetry Protocol
 * Exporter".
 */
export function ownEndpoints(environment: Readonly<Record<string, string | undefined>>): ReadonlySet<string> {
  const peers = new Set(['127.0.0.1:4318', 'localhost:4318', '127.0.0.1:4317', 'localhost:4317']);
  for (const [name, value] of Object.entries(environment)) {
    if (!value) continue;
    if (/^(OTEL_EXPORTER_.*ENDPOINT|NIGHTLIGHT_OTLP_ENDPOINT)$/.test(name)) {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (!url?.hostname) continue;
      peers.add(`${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`);
      // A look-up has no port. A host that receives telemetry stays reachable, whatever else it serves.
      if (!/^(localhost|127\.|\[::1])/.test(url.hostname)) peers.add(url.hostname);
    } else if (name === 'AWS_LAMBDA_RUNTIME_API' || name === 'AWS_XRAY_DAEMON_ADDRESS') peers.add(value);
  }
  return peers;
}
