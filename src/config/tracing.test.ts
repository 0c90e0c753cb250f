import { describe, expect, it } from 'vitest';
import { tracingFrom } from './tracing.ts';
import type { Environment } from './variables.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318/' };

describe('where traces go', () => {
  it.each<[string, Environment]>([
    ['no endpoint is named', {}],
    ['it is empty', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    ['all of OpenTelemetry is switched off', { ...ENDPOINT, OTEL_SDK_DISABLED: 'True' }],
    ['traces are switched off', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
  ])('nowhere when %s', (_reason, env) => {
    expect(tracingFrom(env)).toEqual({ problems: [] });
  });

  it('to the endpoint, with the defaults of OpenTelemetry', () => {
    expect(tracingFrom({ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'console, otlp' })).toEqual({
      options: {
        url: 'http://localhost:4318/v1/traces',
        headers: {},
        timeoutMs: 10_000,
        resource: { 'service.name': 'first-hop' },
      },
      problems: [],
    });
  });

  it('what is said for traces alone wins', () => {
    const env = {
      ...ENDPOINT,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in?x=1',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'authorization=Bearer%20abc, x-odd=100%, nonsense, =empty',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    };
    expect(tracingFrom(env)).toMatchObject({
      options: {
        url: 'https://traces.example/in?x=1',
        headers: { authorization: 'Bearer abc', 'x-odd': '100%' },
        timeoutMs: 2_000,
      },
      problems: [],
    });
  });

  it.each<[string, Environment, string]>([
    ['the attributes', { OTEL_RESOURCE_ATTRIBUTES: 'service.name=mine,host=a%2Cb' }, 'mine'],
    ['its own variable', { OTEL_RESOURCE_ATTRIBUTES: 'service.name=mine', OTEL_SERVICE_NAME: 'hop' }, 'hop'],
  ])('the service is named by %s', (_reason, env, name) => {
    expect(tracingFrom({ ...ENDPOINT, ...env }).options?.resource['service.name']).toBe(name);
  });

  it.each<[string, Environment, RegExp, boolean]>([
    [
      'an address that is none',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318' },
      /is not an address/,
      false,
    ],
    ['an address of another kind', { OTEL_EXPORTER_OTLP_ENDPOINT: 'no way' }, /is not an address/, false],
    [
      'a protocol that is not spoken',
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      /http\/json/,
      true,
    ],
  ])('%s is told', (_reason, env, words, isUsed) => {
    const { options, problems } = tracingFrom(env);
    expect(problems).toEqual([expect.stringMatching(words)]);
    expect(options !== undefined).toBe(isUsed);
  });
});
