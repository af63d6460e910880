import type { RefObject } from 'preact';
import { setQuery } from '../router/location.ts';
import type { Filters } from './filters.ts';
import { searchedFor } from './search.ts';

/** Search and filters: all of them are in the URL. */
export function FlowFilters({
  filters,
  search,
}: {
  readonly filters: Filters;
  readonly search: RefObject<HTMLInputElement | null>;
}) {
  const set = (name: keyof Filters) => (event: { currentTarget: { value: string } }) =>
    setQuery({ [name]: event.currentTarget.value }, { isReplacing: name === 'q' });
  return (
    <search class="filters">
      <label class="grow">
        <span>
          Search <span class="soft">{searchedFor(filters.q)}</span>
        </span>
        <input
          ref={search}
          type="search"
          value={filters.q}
          placeholder="Request, instance, method, msg_id, error"
          onInput={set('q')}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
      </label>
      <label>
        <span>Outcome</span>
        <select value={filters.outcome} onChange={set('outcome')}>
          <option value="">Any</option>
          <option value="open">Open</option>
          <option value="done">Done</option>
          <option value="failed">Failed</option>
        </select>
      </label>
      <label>
        <span>Service</span>
        <select value={filters.service} onChange={set('service')}>
          <option value="">Any</option>
          {SERVICES.map((service) => (
            <option key={service}>{service}</option>
          ))}
        </select>
      </label>
      <label>
        <span>Show</span>
        <select value={filters.show} onChange={set('show')}>
          <option value="">Requests</option>
          <option value="all">Everything</option>
        </select>
      </label>
    </search>
  );
}

const SERVICES = ['api', 'scheduler', 'conductor', 'compute', 'network'];
