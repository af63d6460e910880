import type { Flavor } from '@novasim/cloud';
import type { Selectable } from 'kysely';
import { DuplicateEntry } from './errors.ts';
import type { FlavorRow } from './schema.ts';
import { duplicated, type Session } from './session.ts';
import { Statement } from './statement.ts';
import type { Flavors } from './store.ts';

/** The sizes on offer. */
export class FlavorTable implements Flavors {
  readonly #session: Session;
  readonly #get: Statement<{ flavorid: string }, FlavorRow>;

  constructor(session: Session) {
    this.#session = session;
    this.#get = new Statement((param) =>
      session.db.selectFrom('flavors').selectAll().where('flavorid', '=', param('flavorid')),
    );
  }

  async create(flavor: Flavor): Promise<void> {
    const row: FlavorRow = {
      flavorid: flavor.flavorid,
      name: flavor.name,
      vcpus: flavor.vcpus,
      memory_mb: flavor.memory_mb,
      root_gb: flavor.root_gb,
      ephemeral_gb: flavor.ephemeral_gb,
      swap: flavor.swap,
      rxtx_factor: flavor.rxtx_factor,
      is_public: flavor.is_public ? 1 : 0,
      disabled: flavor.disabled ? 1 : 0,
      description: flavor.description,
      extra_specs: JSON.stringify(flavor.extra_specs),
    };
    try {
      await this.#session.query(this.#session.db.insertInto('flavors').values(row).compile());
    } catch (error) {
      const columns = duplicated(error);
      if (columns === undefined) throw error;
      const isName = /name/.test(columns);
      throw new DuplicateEntry(isName ? 'flavor name' : 'flavor id', isName ? flavor.name : flavor.flavorid, {
        cause: error,
      });
    }
  }

  async list(): Promise<readonly Flavor[]> {
    const query = this.#session.db.selectFrom('flavors').selectAll().orderBy('flavorid');
    return (await this.#session.query(query.compile())).map(flavorOf);
  }

  async get(flavorid: string): Promise<Flavor | undefined> {
    const row = await this.#session.first(this.#get, { flavorid });
    return row === undefined ? undefined : flavorOf(row);
  }
}

function flavorOf(row: Selectable<FlavorRow>): Flavor {
  return {
    ...row,
    is_public: row.is_public === 1,
    disabled: row.disabled === 1,
    extra_specs: JSON.parse(row.extra_specs) as Record<string, string>, // written from one
  };
}
