import type { Hop } from './hop.ts';

/** The requests that travelled under one request id, in the order in which they were seen. */
export function hopsOfRequest(hops: readonly Hop[], requestId: string): readonly Hop[] {
  return hops.filter((hop) => hop.request_id === requestId);
}

/** The last reply to each call, by `_msg_id`. */
export function repliesByMsgId(hops: readonly Hop[]): ReadonlyMap<string, Hop> {
  const replies = new Map<string, Hop>();
  for (const hop of hops) if (hop.kind === 'reply' && hop.msg_id !== undefined) replies.set(hop.msg_id, hop);
  return replies;
}
