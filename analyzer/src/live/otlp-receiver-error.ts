/** Why the receiver cannot listen, told so that the reader can act. Callers match on `code`. */
export type OtlpReceiverErrorCode = 'RECEIVER_PORT_IN_USE' | 'RECEIVER_PORT_NOT_PERMITTED' | 'RECEIVER_NO_SUCH_ADDRESS' | 'RECEIVER_FAILED';

export class OtlpReceiverError extends Error {
  override readonly name = 'OtlpReceiverError';
  readonly code: OtlpReceiverErrorCode;
  readonly expected: string;
  readonly found: string;
  /** A sentence or a command that helps. */
  readonly next: string;

  constructor(
    code: OtlpReceiverErrorCode,
    where: string,
    told: { readonly expected: string; readonly found: string; readonly next: string },
    options?: ErrorOptions,
  ) {
    super(`${where}: expected ${told.expected}, found ${told.found}. ${told.next}`, options);
    this.code = code;
    this.expected = told.expected;
    this.found = told.found;
    this.next = told.next;
  }
}

export function receiverError(cause: NodeJS.ErrnoException, host: string, port: number): OtlpReceiverError {
  const where = `${host}:${port}`;
  switch (cause.code) {
    case 'EADDRINUSE':
      return new OtlpReceiverError(
        'RECEIVER_PORT_IN_USE',
        where,
        {
          expected: 'a free port for OTLP',
          found: 'a program that listens there already: mostly an OpenTelemetry Collector, an agent of a vendor, or another nightlight',
          next: `See which: ${whoHolds(port)}. Or choose another port, and tell the senders: OTEL_EXPORTER_OTLP_ENDPOINT=http://${host}:${port + 1}`,
        },
        { cause },
      );
    case 'EACCES':
    case 'EPERM':
      return new OtlpReceiverError(
        'RECEIVER_PORT_NOT_PERMITTED',
        where,
        { expected: 'a port that this user may listen on', found: 'no permission', next: 'Choose a port above 1023.' },
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new OtlpReceiverError(
        'RECEIVER_NO_SUCH_ADDRESS',
        where,
        {
          expected: 'an address of this machine',
          found: `none of that name (${cause.code})`,
          next: 'Take 127.0.0.1 for this machine alone, or 0.0.0.0 for all of its addresses.',
        },
        { cause },
      );
    default:
      return new OtlpReceiverError(
        'RECEIVER_FAILED',
        where,
        { expected: 'to listen', found: cause.code ?? cause.message, next: 'Choose another address or port.' },
        { cause },
      );
  }
}

function whoHolds(port: number): string {
  switch (process.platform) {
    case 'win32':
      return `netstat -ano | findstr :${port}`;
    case 'linux':
      return `ss -ltnp 'sport = :${port}'`;
    default:
      return `lsof -nP -iTCP:${port} -sTCP:LISTEN`;
  }
}
