import { describe, expect, it } from 'vitest';
import { formatProblem } from './explain.ts';
import { readConfig } from './load.ts';
import { oldTruthValue } from './yaml-versions.ts';

const advice = 'Put a text in quotes, or write the value you mean';

describe('values that YAML 1.1 read differently', () => {
  it.each([
    [
      'logging: {folder: no}',
      'logging.folder: no is read as the text "no"; older YAML readers read it as false',
    ],
    [
      'logging: {folder: On}',
      'logging.folder: On is read as the text "On"; older YAML readers read it as true',
    ],
    [
      'server: {port: 010}',
      'server.port: 010 is read as the number 10; older YAML readers read it as the number 8',
    ],
    [
      'logging: {folder: 1:30}',
      'logging.folder: 1:30 is read as the text "1:30"; older YAML readers read it as the number 90',
    ],
    [
      'logging: {folder: -1:30}',
      'logging.folder: -1:30 is read as the text "-1:30"; older YAML readers read it as the number -90',
    ],
  ])('%j warns: %s', (text, words) => {
    const { kind, problems } = readConfig(text, 'c.yaml', {});
    expect(kind).toBe('valid');
    expect(problems.map(formatProblem)).toEqual([expect.stringMatching(/^c\.yaml:1:\d+ \(warning\) /)]);
    expect(problems.map(formatProblem)[0]).toContain(`${words}. ${advice}`);
  });

  it.each([
    ['logging: {folder: "no"}', 'quotes make it a text in every version'],
    ['logging: {enabled: true}', 'the same in every version'],
    ['logging: {folder: nothing}', 'only whole words count'],
    ['server: {port: 0}', 'zero is zero'],
    ['logging: {folder: 01:99}', 'no number in any version'],
  ])('%j does not warn: %s', (text) => {
    expect(readConfig(text, 'c.yaml', {}).problems).toEqual([]);
  });

  it.each([
    ['logging: {enabled: yes}', 'what does not fit is an error already'],
    ['nothing: yes', 'an unknown key has no effect anyway'],
  ])('%j says one thing only: %s', (text) => {
    expect(readConfig(text, 'c.yaml', {}).problems).toHaveLength(1);
  });
});

describe('oldTruthValue', () => {
  it.each([
    ['yes', true],
    ['Y', true],
    ['ON', true],
    ['off', false],
    ['N', false],
    ['yEs', undefined],
    ['true', undefined],
  ])('of %s is %s', (text, value) => {
    expect(oldTruthValue(text)).toBe(value);
  });
});
