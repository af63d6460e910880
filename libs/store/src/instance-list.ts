import type { Instance, InstanceUuid } from '@novasim/cloud';
import { type ExpressionBuilder, type SelectQueryBuilder, sql } from 'kysely';
import { InvalidValue, MarkerNotFound } from './errors.ts';
import { instanceOf } from './instance-row.ts';
import { listOf, oneOf } from './one-of.ts';
import type { Database, InstanceRow } from './schema.ts';
import type { Session } from './session.ts';
import type { InstanceFilter, InstanceSortKey, Page } from './store.ts';

type ListQuery = SelectQueryBuilder<Database, 'instances', InstanceRow>;
type Order = NonNullable<Page['sort']>;

const PAGE_MAX = 1_000;
const DEFAULT_ORDER: Order = [
  { key: 'created_at', dir: 'desc' },
  { key: 'uuid', dir: 'asc' },
];
/** Sorted as empty text where null: the two databases put nulls at opposite ends. */
const NULLABLE: ReadonlySet<InstanceSortKey> = new Set(['task_state', 'host']);

/** @throws MarkerNotFound, InvalidValue (limit, name, changes_since) */
export async function listInstances(
  session: Session,
  filter: InstanceFilter,
  page: Page,
): Promise<readonly Instance[]> {
  const order = orderOf(page);
  let query = filtered(session, session.db.selectFrom('instances').selectAll(), filter);
  if (page.marker !== undefined) query = after(query, order, await markerRow(session, page.marker, filter));
  for (const { key, dir } of order) query = query.orderBy(sortable(key), dir);
  if (page.limit !== undefined) query = query.limit(checkedLimit(page.limit));
  return (await session.query(query.compile())).map(instanceOf);
}

function filtered(session: Session, all: ListQuery, filter: InstanceFilter): ListQuery {
  let query = all;
  const deleted = filter.deleted ?? 'no';
  if (deleted === 'no') query = query.where('deleted_at', 'is', null);
  if (deleted === 'yes') query = query.where('deleted_at', 'is not', null);
  if (filter.project_id !== undefined) query = query.where('project_id', '=', filter.project_id);
  if (filter.uuids !== undefined) query = query.where(oneOf(session.kind, 'uuid', listOf(filter.uuids)));
  if (filter.name !== undefined) query = query.where(nameMatches(session.kind, filter.name));
  if (filter.vm_states !== undefined) query = query.where(oneOf(session.kind, 'vm_state', listOf(filter.vm_states)));
  if (filter.task_states !== undefined) {
    const states = filter.task_states.filter((state) => state !== null);
    const orNull = states.length < filter.task_states.length;
    query = query.where((where) =>
      where.or([
        oneOf(session.kind, 'task_state', listOf(states)),
        ...(orNull ? [where('task_state', 'is', null)] : []),
      ]),
    );
  }
  if (filter.host !== undefined) query = query.where('host', '=', filter.host);
  if (filter.image_ref !== undefined) query = query.where('image_ref', '=', filter.image_ref);
  if (filter.flavorid !== undefined) query = query.where('flavorid', '=', filter.flavorid);
  if (filter.reservation_id !== undefined) query = query.where('reservation_id', '=', filter.reservation_id);
  if (filter.ip !== undefined) query = query.where(hasAddress(filter.ip));
  if (filter.changes_since !== undefined) query = query.where('updated_at', '>=', timeOf(filter.changes_since));
  return query;
}

function nameMatches(kind: Session['kind'], pattern: string) {
  try {
    new RegExp(pattern);
  } catch (error) {
    throw new InvalidValue('name', pattern, 'is not a regular expression', { cause: error });
  }
  return kind === 'sqlite' ? sql<boolean>`display_name regexp ${pattern}` : sql<boolean>`display_name ~ ${pattern}`;
}

function hasAddress(prefix: string) {
  const pattern = `${prefix.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`exists (select 1 from ports where device_id = instances.uuid and ip_address like ${pattern} escape '\\')`;
}

function timeOf(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidValue('changes_since', text, 'is not a time (ISO 8601)');
  return time.toISOString();
}

function checkedLimit(limit: number): number {
  if (!Number.isInteger(limit) || limit < 0 || limit > PAGE_MAX) {
    throw new InvalidValue('limit', limit, `is not a whole number from 0 to ${PAGE_MAX}`);
  }
  return limit;
}

/** The order asked for, made total by the uuid: pages neither repeat nor skip a row. */
function orderOf({ sort }: Page): Order {
  if (sort === undefined || sort.length === 0) return DEFAULT_ORDER;
  const upToUuid = sort.findIndex(({ key }) => key === 'uuid');
  return upToUuid >= 0 ? sort.slice(0, upToUuid + 1) : [...sort, { key: 'uuid', dir: 'asc' }];
}

function sortable(key: InstanceSortKey) {
  return NULLABLE.has(key) ? sql<string>`coalesce(${sql.ref(key)}, '')` : sql.ref<string>(key);
}

async function markerRow(session: Session, marker: InstanceUuid, filter: InstanceFilter): Promise<InstanceRow> {
  let query = session.db.selectFrom('instances').selectAll().where('uuid', '=', marker);
  if (filter.project_id !== undefined) query = query.where('project_id', '=', filter.project_id);
  const [row] = await session.query(query.compile());
  if (row === undefined) throw new MarkerNotFound(marker);
  return row;
}

/** Rows behind the marker: greater in the first key in which they differ from it. */
function after(query: ListQuery, order: Order, marker: InstanceRow): ListQuery {
  return query.where((where) =>
    where.or(
      order.map((_, length) =>
        where.and(order.slice(0, length + 1).map((by, index) => compared(where, by, marker, index === length))),
      ),
    ),
  );
}

function compared(
  where: ExpressionBuilder<Database, 'instances'>,
  { key, dir }: Order[number],
  marker: InstanceRow,
  isLast: boolean,
) {
  return where(sortable(key), isLast ? (dir === 'asc' ? '>' : '<') : '=', marker[key] ?? '');
}
