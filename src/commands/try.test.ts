import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestMachine } from '../../test/support/test-machine.ts';
import { runCli } from '../cli.ts';

let machine: TestMachine;
beforeEach(() => {
  machine = new TestMachine();
});
afterEach(() => machine.remove());

const CONFIG = `target_proxy: {url: "https://example.com"}
regex_replacement:
  presets: [straight-quotes]
  rules:
    - {pattern: 'colou?r', replacement: 'hue', description: no colours}
    - {pattern: 'never'}
    - {pattern: 'a', replacement: 'b', apply_to: system}
response_processing:
  rules:
    - {pattern: 'red\\n', replacement: ''}
    - {pattern: 'think', replacement: 'T', apply_to: reasoning}
`;

function tryOut(...args: readonly string[]): Promise<number> {
  machine.write('config.yaml', CONFIG);
  return runCli(['try', ...args], machine);
}

describe('first-hop try', () => {
  it('shows what each rule changes in a text', async () => {
    machine.write(
      'text.txt',
      `“Color” and a long way to go before there is another color in this line\nnothing here`,
    );
    expect(await tryOut('text.txt')).toBe(0);
    expect(machine.lines).toEqual([
      'the preset straight-quotes  0.00 ms',
      '  the text (user)',
      '  - “Color” and a long way to g…',
      '  + "Color" and a long way to g…',
      'regex_replacement.rules[0] (no colours)  0.00 ms',
      '  the text (user)',
      '  - …re there is another color in this line',
      '  + …re there is another hue in this line',
      '2 of 4 rules changed something, in 0.00 ms all together.',
    ]);
  });

  it('in the messages of a request, from standard input', async () => {
    const messages = [
      { role: 'user', content: 'color' },
      { role: 'system', content: 'a' },
    ];
    machine.input = JSON.stringify({ messages });
    expect(await tryOut()).toBe(0);
    expect(machine.said).toContain('  text 1 (user)\n  - color\n  + hue');
    expect(machine.said).toContain('regex_replacement.rules[2]  0.00 ms\n  text 2 (system)\n  - a\n  + b');
    machine.input = '{"prompt":"colour"}';
    expect(await tryOut('-')).toBe(0);
    expect(machine.said).toContain('  - colour');
  });

  it('in a reply, and in a text that is taken for one', async () => {
    const message = { content: 'red\nblue', reasoning: 'think' };
    machine.input = ` ${JSON.stringify({ choices: [{ message }] })}`;
    expect(await tryOut()).toBe(0);
    expect(machine.said).toContain('choice 0 (reply)\n  - red\\nblue\n  + blue');
    expect(machine.said).toContain('choice 0 (reasoning)\n  - think\n  + T');
    machine.input = 'a red\n';
    expect(await tryOut('--reply')).toBe(0);
    expect(machine.said).toContain('  the reply\n  - a red\\n\n  + a ');
  });

  it('shows five changes of a rule, and a part of a long one', async () => {
    machine.input = `${'color\n'.repeat(7)}${'x'.repeat(30)}${'color'.repeat(40)}`;
    await tryOut();
    expect(machine.said.match(/ {2}- color/g)).toHaveLength(5);
    expect(machine.said).toContain('… and 3 more');
    machine.lines.length = 0;
    machine.input = `${'x'.repeat(30)}${'color'.repeat(40)}`;
    await tryOut();
    expect(machine.said).toContain(`  - …${`${'x'.repeat(20)}${'color'.repeat(40)}`.slice(0, 120)}…\n`);
  });

  it('says when a rule takes too long', async () => {
    machine.write('evil.yaml', `regex_replacement: {rules: [{pattern: '(a|a)+$'}, {pattern: '<.{0,9}>'}]}`);
    machine.input = `${'a'.repeat(40)}<b>!`;
    const exit = runCli(['try', '--config', 'evil.yaml'], machine);
    expect(await machine.clock.advanceUntil(exit)).toBe(0);
    expect(machine.said).toMatch(/rules\[0\] {2}\d+\.\d\d ms\n {2}took too long/);
    expect(machine.said).toContain('1 of 2 rules changed something');
  });

  it('says when there is nothing to try, or nothing to try it on', async () => {
    machine.write('none.yaml', 'server: {port: 1}');
    machine.input = 'x';
    expect(await runCli(['try', '--config', 'none.yaml'], machine)).toBe(0);
    expect(await runCli(['try', '--reply', '--config', 'none.yaml'], machine)).toBe(0);
    expect(machine.lines).toEqual([
      expect.stringContaining('regex_replacement has none'),
      expect.stringContaining('response_processing has none'),
    ]);
    expect(await tryOut('missing.txt')).toBe(1);
    expect(machine.lines.at(-1)).toMatch(/^! .*missing\.txt can not be read: ENOENT/);
    expect(await runCli(['try', '--config', 'missing.yaml'], machine)).toBe(1);
  });
});
