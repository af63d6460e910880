import { StatusSign } from '../parts/status-sign.tsx';
import type { Lab, LabProcess } from './lab-data.ts';
import type { Change } from './use-lab.ts';

interface ServicesProps {
  readonly services: Lab['services'];
  readonly processes: Lab['processes'];
  readonly change: Change;
}

/** Who is in the lab: connections that can be broken, processes that can be killed and restarted. */
export function Services({ services, processes, change }: ServicesProps) {
  const own = services.filter(({ service }) => service !== 'launcher');
  const down = processes.filter(({ service, pid }) => pid === null && !own.some((one) => one.service === service));
  return (
    <section class="services" aria-label="Services">
      <h2>Services</h2>
      {processes.length === 0 && (
        <p class="soft">No launcher runs these services, so they are killed and restarted where they were started.</p>
      )}
      <ul>
        {own.map(({ name, service, pid, is_silent }) => {
          const process = processes.find((one) => one.service === service);
          const isDown = process?.pid === null;
          return (
            <li key={name}>
              <span class="who">
                <b>{name}</b> <StatusSign status={isDown ? 'down' : is_silent ? 'silent' : 'up'} />
                <span class="soft">{isDown ? '' : `pid ${process?.pid ?? pid}`}</span>
              </span>
              <span class="do">
                <Push
                  name="Break connection"
                  of={name}
                  fault={isDown || is_silent ? `${name} does not answer` : undefined}
                  onPush={() =>
                    void change(
                      `The connection of ${name} was cut, and is back.`,
                      'POST',
                      `/connections/${encodeURIComponent(name)}/break`,
                    )
                  }
                />
                {process !== undefined && <ProcessButtons process={process} change={change} />}
              </span>
            </li>
          );
        })}
        {down.map((process) => (
          <li key={process.service}>
            <span class="who">
              <b>{process.service}</b> <StatusSign status="down" />
            </span>
            <span class="do">
              <ProcessButtons process={process} change={change} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function ProcessButtons({ process, change }: { readonly process: LabProcess; readonly change: Change }) {
  const { service, pid, is_own } = process;
  const shared = is_own ? undefined : 'all services share one process';
  const path = `/services/${encodeURIComponent(service)}`;
  const kill = (signal: 'SIGKILL' | 'SIGTERM') => () =>
    void change(`${service} was ended by ${signal}.`, 'POST', `${path}/kill`, { signal });
  const gone = shared ?? (pid === null ? `${service} is down` : undefined);
  return (
    <>
      <Push name="Kill" of={service} fault={gone} onPush={kill('SIGKILL')} />
      <Push name="Stop" of={service} fault={gone} onPush={kill('SIGTERM')} />
      <Push
        name={pid === null ? 'Start' : 'Restart'}
        of={service}
        fault={shared}
        onPush={() => void change(`${service} serves again.`, 'POST', `${path}/restart`)}
      />
    </>
  );
}

interface PushProps {
  readonly name: string;
  readonly of: string;
  /** Why it is off. */
  readonly fault: string | undefined;
  readonly onPush: () => void;
}

/** Stays reachable when it is off, so that one hears why. */
function Push({ name, of, fault, onPush }: PushProps) {
  const isOff = fault !== undefined;
  return (
    <button type="button" aria-disabled={isOff} title={fault} onClick={() => !isOff && onPush()}>
      {name}
      <span class="visually-hidden">
        {' '}
        {of}
        {isOff && `: off, ${fault}`}
      </span>
    </button>
  );
}
