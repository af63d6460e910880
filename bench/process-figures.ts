import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock (USER_HZ). */
const TICK_MS = 10;

/** Processor time that a process has used since it began, all threads, milliseconds. */
export function cpuMs(pid: number): number {
  // After the name in parentheses come the fields from the third on: user time is the 14th, system time the 15th.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Processor time that everything on this machine has used since it began, milliseconds. */
export function machineCpuMs(): number {
  const [total = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = total.split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) * TICK_MS;
}

/** Memory of a process, MB (10⁶ bytes): resident, with what it shares; and its share of that, each page divided by its users. */
export function memoryMb(pid: number): { readonly rss: number; readonly pss: number } {
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
  return { rss: (kib('Rss') * 1_024) / 1e6, pss: (kib('Pss') * 1_024) / 1e6 };
}
