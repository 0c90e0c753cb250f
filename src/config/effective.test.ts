import { describe, expect, it } from 'vitest';
import { effectiveConfig } from './effective.ts';
import { configSchema } from './schema.ts';

describe('effectiveConfig', () => {
  it('shows everything that is in use, defaults included', () => {
    const config = configSchema.parse({ server: { port: 1 } });
    expect(effectiveConfig(config)).toEqual(config);
  });

  it('masks keys wherever they stand, and nothing else', () => {
    const config = configSchema.parse({
      target_proxy: {
        url: 'https://mia:hunter2@api.example.com/v1?key=12345&alt=sse',
        apikey: 'sk-aaaaaaaaaaaaaaaacdef',
        headers: {
          Authorization: 'Bearer 0123456789abcdef',
          'X-Title': 'First Hop',
          'X-Note': 'my key is sk-bbbbbbbbbbbbbbbb1234',
        },
      },
      error_handling: {
        hard_stop_conditions: {
          rules: [{ pattern: 'no', user_message: 'not with sk-cccccccccccccccc5678' }],
        },
      },
    });
    expect(effectiveConfig(config)).toMatchObject({
      target_proxy: {
        url: 'https://…@api.example.com/v1?key=…&alt=sse',
        apikey: 'sk-…cdef',
        headers: { Authorization: '…cdef', 'X-Title': 'First Hop', 'X-Note': 'my key is sk-…1234' },
        timeout: { connect: 10 },
      },
      error_handling: {
        hard_stop_conditions: { rules: [{ pattern: 'no', user_message: 'not with sk-…5678' }] },
      },
    });
  });
});
