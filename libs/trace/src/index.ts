export { hopsOfRequest, repliesByMsgId } from './group-hops.ts';
export type { Hop, SeenMessage } from './hop.ts';
export { readHop } from './read-hop.ts';
