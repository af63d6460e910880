import type { InstanceUpdates } from '@novasim/cloud';
import type { Compilable, Updateable } from 'kysely';
import { InvalidValue } from './errors.ts';
import type { InstanceRow } from './schema.ts';
import type { Session } from './session.ts';
import { type Param, Statement } from './statement.ts';
import type { Expected } from './store.ts';

/** What `instance_update` may set. The updates come from the bus, so the keys are checked also when they run. */
const SETTABLE: Readonly<Record<keyof InstanceUpdates, true>> = {
  vm_state: true,
  task_state: true,
  power_state: true,
  host: true,
  node: true,
  availability_zone: true,
  launched_at: true,
  terminated_at: true,
  display_name: true,
  metadata: true,
  locked_by: true,
};

type Settable = keyof InstanceUpdates;
type Args = Readonly<Record<string, unknown>>;

/** The conditional write behind `save` and `destroy`, with its arguments. */
export interface ConditionalWrite {
  readonly statement: Statement<Args, InstanceRow>;
  readonly args: Args;
}

/**
 * `update … where what is expected holds returning *`: the condition and the write are one statement, so nobody can come
 * between. Compiled once for each combination of columns and conditions; a boot uses about five.
 */
export class InstanceWrites {
  readonly #session: Session;
  readonly #statements = new Map<string, Statement<Args, InstanceRow>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** @throws InvalidValue when a key is not one that may be saved */
  save(uuid: string, updates: InstanceUpdates, expected: Expected | undefined): ConditionalWrite {
    const now = this.#session.timestamp();
    const set: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(updates)) {
      if (!isSettable(key)) throw new InvalidValue('instance update', key, 'is not a field that a save may change');
      if (value !== undefined) set[key] = key === 'metadata' ? JSON.stringify(value) : value;
    }
    return this.#write(uuid, now, set, expected);
  }

  destroy(uuid: string, expected: Expected | undefined): ConditionalWrite {
    const now = this.#session.timestamp();
    const gone = { vm_state: 'deleted', task_state: null, power_state: 0, terminated_at: now, deleted_at: now }; // as Nova
    return this.#write(uuid, now, gone, expected);
  }

  #write(
    uuid: string,
    now: string,
    set: Readonly<Record<string, unknown>>,
    expected: Expected | undefined,
  ): ConditionalWrite {
    const columns = Object.keys(set).sort((a, b) => a.localeCompare(b));
    const conditions = conditionsOf(expected);
    const shape = `${columns.join()} if ${conditions.map(({ shape }) => shape).join()}`;
    let statement = this.#statements.get(shape);
    if (statement === undefined) {
      statement = new Statement((param) => this.#build(columns, conditions, param));
      this.#statements.set(shape, statement);
    }
    const args: Record<string, unknown> = { uuid, now };
    for (const column of columns) args[`set_${column}`] = set[column];
    for (const { column, values } of conditions) {
      for (const [index, value] of values.entries()) args[`${column}_${index}`] = value;
    }
    return { statement, args };
  }

  #build(columns: readonly string[], conditions: readonly Condition[], param: Param<Args>): Compilable<InstanceRow> {
    const slots = Object.fromEntries(columns.map((column) => [column, param(`set_${column}`)]));
    let query = this.#session.db
      .updateTable('instances')
      .set((column) => ({
        ...(slots as Updateable<InstanceRow>), // every key is a column: SETTABLE, or named by destroy
        updated_at: param('now') as string, // Args knows no types by name
        version: column('version', '+', 1),
      }))
      .where('uuid', '=', param('uuid') as InstanceRow['uuid'])
      .where('deleted_at', 'is', null);
    for (const { column, values, orNull } of conditions) {
      query = query.where((where) => {
        const slot = values.map((_, index) => param(`${column}_${index}`));
        const terms = [
          ...(slot.length > 0 ? [where(column, 'in', slot as never)] : []), // slots stand for values of the column
          ...(orNull ? [where(column, 'is', null)] : []),
        ];
        return where.or(terms);
      });
    }
    return query.returningAll();
  }
}

interface Condition {
  readonly column: 'task_state' | 'vm_state' | 'host';
  readonly values: readonly string[];
  readonly orNull: boolean;
  readonly shape: string;
}

/** Whether a row is as expected; the same rule as the statement's condition. */
export function isExpected(row: Pick<InstanceRow, Condition['column']>, expected: Expected | undefined): boolean {
  return conditionsOf(expected).every(({ column, values, orNull }) => {
    const value = row[column];
    return value === null ? orNull : values.includes(value);
  });
}

function conditionsOf(expected: Expected = {}): readonly Condition[] {
  const { task_state, vm_state, host } = expected;
  return [
    ...(task_state === undefined ? [] : [condition('task_state', task_state)]),
    ...(vm_state === undefined ? [] : [condition('vm_state', vm_state)]),
    ...(host === undefined ? [] : [condition('host', [host])]),
  ];
}

function condition(column: Condition['column'], allowed: readonly (string | null)[]): Condition {
  const values = allowed.filter((value) => value !== null);
  const orNull = values.length < allowed.length;
  return { column, values, orNull, shape: `${column}:${values.length}${orNull ? 'n' : ''}` };
}

function isSettable(key: string): key is Settable {
  return Object.hasOwn(SETTABLE, key);
}
