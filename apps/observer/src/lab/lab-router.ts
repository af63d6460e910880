import type { LabDesk } from '@novasim/service';
import express, { type Router, Router as router } from 'express';
import { HttpFault } from '../http/http-fault.ts';
import { safeHost } from '../http/safe-host.ts';
import { labFaults, readBody } from './lab-faults.ts';
import { emptySchema, killSchema, newRuleSchema, troubleSchema } from './lab-requests.ts';
import { type LabView, labView } from './lab-view.ts';
import type { ObserverLab } from './open-lab.ts';
import { ownPageOnly } from './own-page-only.ts';

const LARGEST_BODY_BYTES = 16_384;

export interface LabRouterOptions {
  /** Clients beyond loopback may come: ALLOW_LAB=1, in a container whose port is published on loopback only. */
  readonly isOpen?: boolean;
}

/** The lab over HTTP, to be mounted at `/api/lab`: each change answers the lab as it is then. Without a lab all is 404. */
export function labRouter(
  lab: Pick<ObserverLab, 'desk'> | undefined,
  { isOpen = false }: LabRouterOptions = {},
): Router {
  const routes = router({ caseSensitive: true });
  if (lab === undefined) {
    return routes.use(() => {
      throw new HttpFault(404, 'there is no lab: start the observer and the services with NOVASIM_LAB=1');
    });
  }

  /** @throws {HttpFault} 503 */
  const desk = (): LabDesk => {
    if (lab.desk === undefined) throw new HttpFault(503, 'the lab is not on the bus yet: the broker does not answer');
    return lab.desk;
  };
  const view = (): LabView => labView(desk().services);
  routes.use(safeHost([]), ownPageOnly({ isOpen }), express.json({ limit: LARGEST_BODY_BYTES }));
  routes.get('/', (_request, response) => void response.json(view()));
  routes.post('/rules', async ({ body }, response) => {
    const rule = await desk().addRule(readBody(newRuleSchema, body));
    response.status(201).json({ ...view(), added: rule.id });
  });

  /** A change of what the path names. */
  const change = (method: 'post' | 'delete', path: string, act: (name: string, body: unknown) => Promise<void>) => {
    routes[method](path, async ({ params, body }, response) => {
      await act(String(params['name']), body);
      response.json(view());
    });
  };
  /** One that needs no body. */
  const push = (path: string, act: (name: string) => Promise<void>) => {
    change('post', path, async (name, body) => {
      readBody(emptySchema, body);
      await act(name);
    });
  };
  change('delete', '/rules/:name', (id) => desk().removeRule(id));
  push('/held/:name/release', (id) => desk().settle(id, 'goes-on'));
  push('/held/:name/drop', (id) => desk().settle(id, 'lost'));
  change('post', '/hypervisors/:name', async (host, body) => desk().trouble(host, readBody(troubleSchema, body)));
  change('post', '/services/:name/kill', async (name, body) => desk().kill(name, readBody(killSchema, body).signal));
  push('/services/:name/restart', (name) => desk().restart(name));
  push('/connections/:name/break', (name) => desk().breakConnection(name));
  return routes.use(labFaults);
}
