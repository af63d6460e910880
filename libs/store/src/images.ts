import type { Image } from '@novasim/cloud';
import type { Selectable } from 'kysely';
import { DuplicateEntry } from './errors.ts';
import type { ImageRow } from './schema.ts';
import { duplicated, type Session } from './session.ts';
import { Statement } from './statement.ts';
import type { Images } from './store.ts';

/** What instances are made from. */
export class ImageTable implements Images {
  readonly #session: Session;
  readonly #get: Statement<{ id: string }, ImageRow>;

  constructor(session: Session) {
    this.#session = session;
    this.#get = new Statement((param) => session.db.selectFrom('images').selectAll().where('id', '=', param('id')));
  }

  async create(image: Image): Promise<void> {
    const row: ImageRow = {
      id: image.id,
      name: image.name,
      status: image.status,
      visibility: image.visibility,
      owner: image.owner,
      min_disk: image.min_disk,
      min_ram: image.min_ram,
      size: image.size,
      disk_format: image.disk_format,
      container_format: image.container_format,
      checksum: image.checksum,
      os_hash_value: image.os_hash_value,
      protected: image.protected ? 1 : 0,
      created_at: image.created_at,
      updated_at: image.updated_at,
      properties: JSON.stringify(image.properties),
    };
    try {
      await this.#session.query(this.#session.db.insertInto('images').values(row).compile());
    } catch (error) {
      if (duplicated(error) === undefined) throw error;
      throw new DuplicateEntry('image', image.id, { cause: error });
    }
  }

  async list(): Promise<readonly Image[]> {
    const query = this.#session.db.selectFrom('images').selectAll().orderBy('created_at', 'desc').orderBy('id');
    return (await this.#session.query(query.compile())).map(imageOf);
  }

  async get(id: string): Promise<Image | undefined> {
    const row = await this.#session.first(this.#get, { id });
    return row === undefined ? undefined : imageOf(row);
  }
}

function imageOf(row: Selectable<ImageRow>): Image {
  return {
    ...row,
    protected: row.protected === 1,
    properties: JSON.parse(row.properties) as Record<string, string>, // written from one
  };
}
