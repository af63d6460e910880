import { type HostName, type InstanceUuid, resourcesOf } from '@novasim/cloud';
import type { RunInstanceArgs } from '@novasim/rpcapi';
import type { ErrorEvents, InfoEvents, SelectionPayload } from '@novasim/service';
import type { SelectOutcome } from './select-host.ts';

/** What a host is looked for, in short. */
export function selectionPayload(
  instance_id: InstanceUuid,
  { instance_type, instance_properties: { availability_zone } }: RunInstanceArgs['request_spec'],
  tried: readonly HostName[],
): SelectionPayload {
  return {
    instance_id,
    request_spec: {
      instance_uuids: [instance_id],
      instance_type: instance_type.name,
      ...resourcesOf(instance_type),
      availability_zone,
      tried,
    },
  };
}

/** Which host it became, which would have been next, and which filter left how many. */
export function selectedPayload(
  asked: SelectionPayload,
  { hosts: [chosen, ...alternates], steps }: Extract<SelectOutcome, { outcome: 'selected' }>,
): InfoEvents['scheduler.select_destinations.end'] {
  return {
    ...asked,
    host: chosen.host,
    alternates: alternates.map(({ host }) => host),
    hosts: steps[0]?.start ?? 0,
    filters: steps,
  };
}

/** That there was none, and which filter refused the last. */
export function noValidHostPayload(
  asked: SelectionPayload,
  { steps }: Extract<SelectOutcome, { outcome: 'no_valid_host' }>,
): ErrorEvents['scheduler.run_instance'] {
  const why = { exception: 'NoValidHost', message: NO_VALID_HOST, code: 500 };
  return { ...asked, hosts: steps[0]?.start ?? 0, filters: steps, ...why };
}

/** Nova's words (nova/exception.py, NoValidHost). */
export const NO_VALID_HOST = 'No valid host was found. There are not enough hosts available.';
