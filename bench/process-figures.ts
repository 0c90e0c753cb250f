// Reads what a process has cost: CPU time and memory, of it and its children. Linux tells it in /proc; elsewhere
// these figures are "not measured".
import { existsSync, readFileSync } from 'node:fs';

/** Whether CPU and memory of another process can be read here. */
export const canReadProcesses = existsSync('/proc/self/stat');

/** The unit of CPU times in /proc, which is 1/100 s on every Linux that Node runs on (proc(5), USER_HZ). */
const TICK_MS = 10;

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** User and system time in milliseconds, ended children included; 0 for a process that has just ended. */
function ownCpuMs(pid: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return 0;
  }
  // The process name, in parentheses, may contain anything; the fields after it are numbers.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
}

function inTree<T>(pid: number, read: (pid: number) => T): T[] {
  return [read(pid), ...childrenOf(pid).flatMap((child) => inTree(child, read))];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** CPU time of a process and its children so far, in milliseconds; NaN where it cannot be read. */
export function cpuMs(pid: number): number {
  return canReadProcesses ? sum(inTree(pid, ownCpuMs)) : Number.NaN;
}

function memoryMb(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  if (!canReadProcesses) return Number.NaN;
  const read = (process: number): number => {
    const status = readFileSync(`/proc/${process}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN) / 1_024;
  };
  return sum(inTree(pid, read));
}

/** Memory in use now (resident), in MB; NaN where it cannot be read. */
export const residentMb = (pid: number): number => memoryMb(pid, 'VmRSS');

/** The most memory ever in use, in MB; NaN where it cannot be read. */
export const peakMb = (pid: number): number => memoryMb(pid, 'VmHWM');
