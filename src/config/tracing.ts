// Where traces are sent, by the standard environment variables of OpenTelemetry
// (https://opentelemetry.io/docs/specs/otel/protocol/exporter/); nowhere, unless they name an endpoint.
import type { TraceOptions } from '../journal/traces.ts';
import type { Environment } from './variables.ts';

const TIMEOUT_MS = 10_000;
const DEFAULT_NAME = 'first-hop';

/** What the environment asks for. */
export interface Tracing {
  /** Absent: no traces. */
  readonly options?: TraceOptions;
  /** What could not be understood, or is done in another way than asked for; one sentence each, without secrets. */
  readonly problems: readonly string[];
}

/** Reads the variables; an empty one counts as not set. */
export function tracingFrom(env: Environment): Tracing {
  const general = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const endpoint =
    env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || (general && `${general.replace(/\/+$/, '')}/v1/traces`);
  if (!endpoint || isSwitchedOff(env)) return { problems: [] };
  if (!isWebAddress(endpoint)) {
    const message =
      'OTEL_EXPORTER_OTLP_ENDPOINT is not an address like http://localhost:4318; no traces are sent.';
    return { problems: [message] };
  }
  const protocol = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'];
  const resource = pairsIn(env['OTEL_RESOURCE_ATTRIBUTES']);
  return {
    options: {
      url: endpoint,
      headers: pairsIn(env['OTEL_EXPORTER_OTLP_TRACES_HEADERS'] || env['OTEL_EXPORTER_OTLP_HEADERS']),
      timeoutMs:
        Number(env['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT'] || env['OTEL_EXPORTER_OTLP_TIMEOUT']) || TIMEOUT_MS,
      resource: {
        ...resource,
        'service.name': env['OTEL_SERVICE_NAME'] || resource['service.name'] || DEFAULT_NAME,
      },
    },
    problems:
      protocol === 'grpc'
        ? [
            'OTEL_EXPORTER_OTLP_PROTOCOL asks for grpc; First Hop sends traces as http/json, as a rule to port 4318.',
          ]
        : [],
  };
}

function isSwitchedOff(env: Environment): boolean {
  const exporters = (env['OTEL_TRACES_EXPORTER'] || 'otlp').split(',').map((name) => name.trim());
  return env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true' || !exporters.includes('otlp');
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** `name=value,name=value`, the values percent-encoded; what is no pair is left out. */
function pairsIn(list: string | undefined): Readonly<Record<string, string>> {
  const pairs = (list ?? '').split(',').flatMap((item) => {
    const at = item.indexOf('=');
    const name = item.slice(0, Math.max(0, at)).trim();
    return name === '' ? [] : [[name, decoded(item.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
