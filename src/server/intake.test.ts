import { describe, expect, it } from 'vitest';
import { problemWithType } from './intake.ts';

describe('the type of a request', () => {
  it.each<[Readonly<Record<string, string>>, string | undefined, string]>([
    [{ 'content-type': 'application/json' }, undefined, 'JSON'],
    [{ 'content-type': 'application/json; charset=utf-8' }, undefined, 'with parameters'],
    [{ 'content-type': 'Application/JSON' }, undefined, 'in any case'],
    [{ 'content-type': 'application/vnd.api+json' }, undefined, 'JSON by its suffix'],
    [{ 'content-type': 'application/json', 'content-encoding': 'identity' }, undefined, 'not compressed'],
    [
      { 'content-type': 'text/plain' },
      'The request must be JSON: send the header "Content-Type: application/json", not "text/plain".',
      'what any web page may send without asking',
    ],
    [
      {},
      'The request must be JSON: send the header "Content-Type: application/json".',
      'nothing said, which web pages can do too',
    ],
    [
      { 'content-type': 'application/jsonp' },
      'The request must be JSON: send the header "Content-Type: application/json", not "application/jsonp".',
      'only begins like JSON',
    ],
    [
      { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      'The request must not be compressed ("Content-Encoding: gzip").',
      'it could not be read',
    ],
  ])('%j: %s (%s)', (headers, problem) => {
    expect(problemWithType(headers)).toBe(problem);
  });
});
