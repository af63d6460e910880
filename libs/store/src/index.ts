export {
  AddressInUse,
  AddressOutOfRange,
  BadDatabaseUrl,
  DuplicateEntry,
  InstanceNotBuilding,
  InvalidValue,
  MarkerNotFound,
  NetworkNotFound,
  NoMoreAddresses,
  NotFound,
  SchemaTooNew,
  StoreBusy,
  StoreClosed,
  StoreError,
  StoreUnavailable,
} from './errors.ts';
export { openStore } from './open.ts';
export { SEEDED, type SeedOptions, seed } from './seed.ts';
export type {
  Expected,
  Flavors,
  Hosts,
  Identity,
  Images,
  InstanceFilter,
  InstanceSortKey,
  Instances,
  Networks,
  NewInstance,
  OpenOptions,
  Page,
  Project,
  SaveOutcome,
  Store,
  Token,
  User,
} from './store.ts';
export { maskDatabaseUrl } from './url.ts';
