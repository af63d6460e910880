import { ACTIONS, type Action } from '@novasim/cloud';
import { signal } from '@preact/signals';
import { ApiFault, askWhole } from '../data/api.ts';

/** A request that this page has sent to the cloud. */
export interface Sent {
  /** For a person: `Boot web`. */
  readonly what: string;
  /** HTTP status; 0 where nothing answered, absent while it is under way. */
  readonly status?: number;
  /** Why it was refused, in the API's words. */
  readonly why?: string;
  /** Under which its messages travel. */
  readonly requestId?: string;
}

/** What this page has asked of the cloud, the last on top. */
export const sent = signal<readonly Sent[]>([]);

const MOST_KEPT = 5;
export const COMPUTE = '/cloud-api/compute/v2.1';

export interface BootWish {
  readonly name: string;
  readonly flavorRef: string;
  readonly imageRef: string;
  readonly count: number;
}

/** Boots. The answer holds a password: nothing of it is read but under which request the messages travel. */
export function boot({ name, flavorRef, imageRef, count }: BootWish): Promise<boolean> {
  const server = { name, flavorRef, imageRef, min_count: count, max_count: count };
  const what = count === 1 ? `Boot ${name}` : `Boot ${count} × ${name}`;
  return send(what, '/servers', { method: 'POST', body: JSON.stringify({ server }) });
}

/** Asks an action of an instance; `delete` is a method of its own. */
export function act(
  action: Action,
  { uuid, name }: { readonly uuid: string; readonly name: string },
): Promise<boolean> {
  const { body } = ACTIONS[action];
  const what = `${actionName(action)} ${name}`;
  if (body === null) return send(what, `/servers/${uuid}`, { method: 'DELETE' });
  return send(what, `/servers/${uuid}/action`, { method: 'POST', body: JSON.stringify(body) });
}

/** `shelve_offload` for a person: `Shelve offload`. */
export function actionName(action: Action): string {
  const words = action.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** False when it was refused; then `sent` has the reason. */
async function send(what: string, path: string, init: RequestInit): Promise<boolean> {
  let told: Sent = { what };
  sent.value = [told, ...sent.peek()].slice(0, MOST_KEPT);
  const tell = (outcome: Omit<Sent, 'what'>) => {
    const before = told;
    told = { what, ...outcome };
    sent.value = sent.peek().map((one) => (one === before ? told : one));
  };
  try {
    const { status, headers } = await askWhole(`${COMPUTE}${path}`, {
      ...init,
      headers: { 'content-type': 'application/json' },
    });
    const requestId = headers.get('x-openstack-request-id') ?? headers.get('x-compute-request-id');
    tell({ status, ...(requestId !== null && { requestId }) });
    return true;
  } catch (fault) {
    const { status, message } = fault instanceof ApiFault ? fault : new ApiFault(0, String(fault));
    tell({ status, why: message });
    return false;
  }
}
