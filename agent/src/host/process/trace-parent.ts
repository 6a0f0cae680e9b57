/** The caller's trace, from the header of W3C Trace Context (www.w3.org/TR/trace-context, 3.2). */
export interface TraceParent {
  readonly traceId?: string;
  readonly parentSpanId?: string;
}

export function readTraceParent(header: unknown): TraceParent {
  const [, traceId, parentSpanId] = (typeof header === 'string' && TRACE_PARENT.exec(header)) || [];
  return traceId && parentSpanId ? { traceId, parentSpanId } : {};
}

/** Ids of zeros only are invalid. */
const TRACE_PARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}/;
