import { expect, it } from 'vitest';
import { changedKeys } from './changes.ts';
import { configSchema } from './schema.ts';

it.each<[string, object, object, readonly string[], string]>([
  ['nothing', { server: { port: 1 } }, { server: { port: 1 } }, [], 'written or not, a default is a default'],
  [
    'keys of several sections',
    {},
    { error_handling: { max_retries: 3 }, streaming: { keepalive_after: 5 } },
    ['error_handling.max_retries', 'streaming.keepalive_after'],
    'each by its name',
  ],
  [
    'a list',
    { error_handling: { fail_codes: [400, 401] } },
    { error_handling: { fail_codes: [400] } },
    ['error_handling.fail_codes'],
    'as one value',
  ],
  [
    'a key that appears and one that goes',
    { target_proxy: { url: 'http://a.example', headers: { a: '1' } } },
    { target_proxy: { headers: { b: '1' }, url: 'http://a.example', apikey: 'secret' } },
    ['target_proxy.headers.a', 'target_proxy.headers.b', 'target_proxy.apikey'],
    'never with a value',
  ],
  [
    'another form of a value',
    { target_proxy: { timeout: 5 } },
    { target_proxy: { timeout: { idle: 5 } } },
    ['target_proxy.timeout'],
    'a number has no keys inside',
  ],
])('tells %s: %j and %j differ in %j (%s)', (_what, before, after, keys) => {
  expect(changedKeys(configSchema.parse(before), configSchema.parse(after)).toSorted()).toEqual(
    keys.toSorted(),
  );
});
