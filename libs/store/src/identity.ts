import { createHash, randomBytes } from 'node:crypto';
import type { ProjectId, UserId } from '@novasim/cloud';
import type { Selectable } from 'kysely';
import { DuplicateEntry, NotFound } from './errors.ts';
import { hashPassword, isPassword } from './password.ts';
import type { ProjectRow, TokenRow, UserRow } from './schema.ts';
import { duplicated, type Executor, firstOf, rowsOf, type Session } from './session.ts';
import { Statement } from './statement.ts';
import type { Identity, Project, Token, User } from './store.ts';

/** Projects, users, roles and tokens. */
export class IdentityTables implements Identity {
  readonly #session: Session;
  readonly #project: Statement<{ id: ProjectId }, ProjectRow>;
  readonly #user: Statement<{ id: UserId }, UserRow>;
  readonly #roles: Statement<{ user_id: UserId; project_id: ProjectId }, { role: string }>;
  readonly #token: Statement<{ id_hash: string; now: string }, TokenRow>;

  constructor(session: Session) {
    const { db } = session;
    this.#session = session;
    this.#project = new Statement((param) => db.selectFrom('projects').selectAll().where('id', '=', param('id')));
    this.#user = new Statement((param) => db.selectFrom('users').selectAll().where('id', '=', param('id')));
    this.#roles = new Statement((param) =>
      db
        .selectFrom('role_assignments')
        .select('role')
        .where('user_id', '=', param('user_id'))
        .where('project_id', '=', param('project_id'))
        .orderBy('role'),
    );
    this.#token = new Statement((param) =>
      db
        .selectFrom('tokens')
        .selectAll()
        .where('id_hash', '=', param('id_hash'))
        .where('expires_at', '>', param('now')),
    );
  }

  async ensureProject({ id, name }: { id: ProjectId; name: string }): Promise<Project> {
    const project = await this.#named('project name', name, () =>
      this.#session.transaction(async (tx) => {
        await tx
          .insertInto('projects')
          .values({ id, name, enabled: 1 })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
        return tx.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      }),
    );
    return projectOf(project);
  }

  async ensureUser(user: Parameters<Identity['ensureUser']>[0]): Promise<User> {
    const { id, name, password, default_project_id } = user;
    const known = await this.#session.first(this.#user, { id });
    if (known !== undefined && (await isPassword(password, known.password_hash))) return userOf(known);

    const password_hash = await hashPassword(password); // outside the transaction: it takes long
    const row = await this.#named('user name', name, () =>
      this.#session.transaction(async (tx) => {
        await this.#assertProject(tx, default_project_id);
        return tx
          .insertInto('users')
          .values({ id, name, enabled: 1, default_project_id, password_hash })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ password_hash }))
          .returningAll()
          .executeTakeFirstOrThrow();
      }),
    );
    return userOf(row);
  }

  async grant(user: UserId, project: ProjectId, role: string): Promise<void> {
    await this.#session.transaction(async (tx) => {
      await this.#assertUser(tx, user);
      await this.#assertProject(tx, project);
      await tx
        .insertInto('role_assignments')
        .values({ user_id: user, project_id: project, role })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
  }

  async projects(filter: { user_id?: UserId; name?: string } = {}): Promise<readonly Project[]> {
    const { user_id, name } = filter;
    let query = this.#session.db.selectFrom('projects').selectAll().orderBy('name');
    if (name !== undefined) query = query.where('name', '=', name);
    if (user_id !== undefined) {
      query = query.where('id', 'in', (granted) =>
        granted.selectFrom('role_assignments').select('project_id').where('user_id', '=', user_id),
      );
    }
    return (await this.#session.query(query.compile())).map(projectOf);
  }

  async authenticate(who: { name: string } | { id: UserId }, password: string): Promise<User | undefined> {
    const all = this.#session.db.selectFrom('users').selectAll();
    const query = 'id' in who ? all.where('id', '=', who.id) : all.where('name', '=', who.name);
    const [row] = await this.#session.query(query.compile());
    const isRight = await isPassword(password, row?.password_hash);
    return isRight && row?.enabled === 1 ? userOf(row) : undefined;
  }

  async roles(user: UserId, project: ProjectId): Promise<readonly string[]> {
    const rows = await this.#session.rows(this.#roles, { user_id: user, project_id: project });
    return rows.map(({ role }) => role);
  }

  async issueToken(request: Parameters<Identity['issueToken']>[0]): Promise<{ id: string; token: Token }> {
    const { user_id, project_id, methods, ttl_s } = request;
    const id = randomBytes(32).toString('base64url');
    const nowMs = this.#session.nowMs();
    const issued_at = new Date(nowMs).toISOString();
    const row: TokenRow = {
      id_hash: hashOf(id),
      user_id,
      project_id,
      methods: JSON.stringify(methods),
      audit_id: randomBytes(16).toString('base64url'),
      issued_at,
      expires_at: new Date(nowMs + ttl_s * 1_000).toISOString(),
    };
    const token = await this.#session.transaction(async (tx) => {
      const issued = await this.#tokenOf(tx, row);
      if (issued === undefined) throw new NotFound('enabled user or project', `${user_id}, ${project_id}`);
      await tx.deleteFrom('tokens').where('expires_at', '<=', issued_at).execute();
      await tx.insertInto('tokens').values(row).execute();
      return issued;
    });
    return { id, token };
  }

  async token(id: string): Promise<Token | undefined> {
    return this.#session.guarded(async () => {
      const row = await firstOf(this.#session.db, this.#token, {
        id_hash: hashOf(id),
        now: this.#session.timestamp(),
      });
      return row === undefined ? undefined : this.#tokenOf(this.#session.db, row);
    });
  }

  async revokeToken(id: string): Promise<boolean> {
    const query = this.#session.db.deleteFrom('tokens').where('id_hash', '=', hashOf(id)).returning('id_hash');
    return (await this.#session.query(query.compile())).length > 0;
  }

  /** Undefined when the user or the project is not there or disabled. */
  async #tokenOf(on: Executor, row: TokenRow): Promise<Token | undefined> {
    const { user_id, project_id, audit_id, issued_at, expires_at } = row;
    const user = await firstOf(on, this.#user, { id: user_id });
    const project = project_id === null ? null : await firstOf(on, this.#project, { id: project_id });
    if (user?.enabled !== 1 || (project !== null && project?.enabled !== 1)) return undefined;
    const roles = project_id === null ? [] : await rowsOf(on, this.#roles, { user_id, project_id });
    return {
      user: userOf(user),
      project: project === null ? null : projectOf(project),
      roles: roles.map(({ role }) => role),
      methods: JSON.parse(row.methods) as string[], // written from one
      audit_id,
      issued_at,
      expires_at,
    };
  }

  async #assertUser(on: Executor, id: UserId): Promise<void> {
    if ((await firstOf(on, this.#user, { id })) === undefined) throw new NotFound('user', id);
  }

  async #assertProject(on: Executor, id: ProjectId): Promise<void> {
    if ((await firstOf(on, this.#project, { id })) === undefined) throw new NotFound('project', id);
  }

  async #named<T>(what: string, name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (duplicated(error) === undefined) throw error;
      throw new DuplicateEntry(what, name, { cause: error });
    }
  }
}

function hashOf(tokenId: string): string {
  return createHash('sha256').update(tokenId).digest('hex');
}

function projectOf({ id, name, enabled }: Selectable<ProjectRow>): Project {
  return { id, name, enabled: enabled === 1 };
}

function userOf({ id, name, enabled, default_project_id }: Selectable<UserRow>): User {
  return { id, name, enabled: enabled === 1, default_project_id };
}
