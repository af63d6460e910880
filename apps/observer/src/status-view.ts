import type { GapEvent, TraceUsage } from '@novasim/trace';
import type { Observation } from './observation.ts';
import type { ReplayProgress } from './recording/replay.ts';
import type { Sight, Status } from './status.ts';

/** How the observer itself is: what it sees, what it holds, what it missed. */
export interface StatusView extends Sight {
  readonly memory: TraceUsage;
  readonly gaps: readonly GapEvent[];
  readonly has_cloud_api: boolean;
  readonly recording?: string;
  readonly replay?: ReplayProgress;
  /** Of the stream of events: what is read now and what comes after it is all. */
  readonly last_event_id: string;
  readonly now_ms: number;
}

export interface StatusSources {
  readonly observation: Observation;
  readonly status: Status;
  readonly hasCloudApi: boolean;
  readonly recording: string | undefined;
  readonly replay: () => ReplayProgress | undefined;
}

const SHOWN_GAPS = 100;

export function statusView({ observation, status, ...sources }: StatusSources, lastEventId: string): StatusView {
  const replay = sources.replay();
  return {
    ...status.sight,
    memory: observation.store.usage(),
    gaps: observation.store.gaps().slice(-SHOWN_GAPS),
    has_cloud_api: sources.hasCloudApi,
    ...(sources.recording !== undefined && { recording: sources.recording }),
    ...(replay !== undefined && { replay }),
    last_event_id: lastEventId,
    now_ms: observation.nowMs,
  };
}
