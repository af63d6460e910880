import { parseArgs } from 'node:util';
import { type BrokerName, brokerNames, startBrokerNamed } from './brokers.ts';
import { type Column, isGreen, matrixOf } from './matrix.ts';
import { allRoles, meet } from './meeting.ts';
import { modes } from './modes.ts';
import { osloVersion } from './peers.ts';

const usage = `usage: npm run interop -- [--brokers ${brokerNames.join(',')}] [--modes "${modes.map(({ name }) => name).join(',')}"]`;

/** Prints, for each broker, which rows of the command-line contract are the same between bin/rpc and the Python peers. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { brokers: { type: 'string' }, modes: { type: 'string' } } });
  const chosenBrokers = chosen(values.brokers, brokerNames);
  const chosenModes = chosen(
    values.modes,
    modes.map(({ name }) => name),
  );
  // We stop our containers ourselves; the image of the reaper need not be there.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const version = await osloVersion();
  if (version === undefined)
    throw new Error('/usr/bin/python3 has no oslo_messaging: apt-get install python3-oslo.messaging');
  console.log(`bin/rpc (n) and oslo.messaging ${version} (p), as client>server and notifier>listener`);
  console.log('✓ the same   ✗ different   p Python cannot, with the proof below   – the broker cannot\n');
  let areAllGreen = true;
  for (const name of chosenBrokers) areAllGreen = (await printMatrix(name, chosenModes)) && areAllGreen;
  console.log(areAllGreen ? 'all green' : 'NOT all green');
  process.exitCode = areAllGreen ? 0 : 1;
}

async function printMatrix(name: BrokerName, modeNames: readonly string[]): Promise<boolean> {
  await using opened = new AsyncDisposableStack();
  const broker = await startBrokerNamed(name, opened);
  const columns: Column[] = [];
  for (const mode of modes.filter((each) => modeNames.includes(each.name))) {
    process.stderr.write(`${broker.name}, ${mode.name}\n`);
    // Much of it is waiting, but a small machine must not be the reason for a timeout: two pairs at a time.
    for (const two of [allRoles.slice(0, 2), allRoles.slice(2)]) {
      const met = two.map(async (roles) => ({ mode: mode.name, roles, outcomes: await meet(broker, mode, roles) }));
      columns.push(...(await Promise.all(met)));
    }
  }
  console.log(`${matrixOf(broker.name, columns)}\n`);
  return isGreen(columns);
}

function chosen<T extends string>(list: string | undefined, known: readonly T[]): readonly T[] {
  if (list === undefined) return known;
  return list.split(',').map((word) => {
    const found = known.find((each) => each === word.trim());
    if (found === undefined) throw new Error(`'${word}' is none of ${known.join(', ')}\n${usage}`);
    return found;
  });
}

await main();
