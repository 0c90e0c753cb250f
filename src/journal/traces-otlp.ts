// Spans in the form OpenTelemetry's collectors take: OTLP as JSON over HTTP
// (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). What the spans are of is traces.ts's to know.

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A piece of time with a name. Times in milliseconds since the epoch. */
export interface Span {
  /** 32 hexadecimal digits, the same in all spans of a trace. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  /** `server`: asked by somebody; `client`: asks somebody. */
  readonly kind: 'server' | 'client';
  readonly startMs: number;
  readonly endMs: number;
  /** Those that are undefined are left out. */
  readonly attributes: Attributes;
  readonly isError: boolean;
}

const KINDS = { server: 2, client: 3 } as const;
const ERROR = 2;

/** The body of a request to `/v1/traces`. */
export function otlpRequest(spans: readonly Span[], resource: Attributes, version: string): string {
  const scopeSpans = [{ scope: { name: 'first-hop', version }, spans: spans.map(spanJson) }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: pairs(resource) }, scopeSpans }] });
}

function spanJson({ kind, startMs, endMs, attributes, isError, ...rest }: Span): object {
  return {
    ...rest,
    kind: KINDS[kind],
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: pairs(attributes),
    ...(isError && { status: { code: ERROR } }),
  };
}

/** Beyond what a number holds, so a text; finer than microseconds is not known. */
function nanoseconds(ms: number): string {
  return `${Math.round(ms * 1_000)}000`;
}

function pairs(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueJson(value) }],
  );
}

function valueJson(value: string | number | boolean): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  // 64-bit integers are texts in JSON.
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
