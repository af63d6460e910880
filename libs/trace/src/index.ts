export type {
  BusEvent,
  BusStateEvent,
  DeliveredEvent,
  GapEvent,
  PublishedEvent,
} from './bus-event.ts';
export type { CloudView, HostLoad, SeenHost, SeenInstance } from './cloud-view.ts';
export { type ComparedRow, compareFlows, type FlowComparison } from './compare-flows.ts';
export type { Diagram, DiagramArrow, DiagramLane, DiagramMark, DiagramOptions, DiagramRow } from './diagram/diagram.ts';
export { diagramOf } from './diagram/diagram-of.ts';
export type { SvgTheme } from './diagram/svg-style.ts';
export { toJson } from './diagram/to-json.ts';
export { toMermaid } from './diagram/to-mermaid.ts';
export { toPlantUml } from './diagram/to-plantuml.ts';
export { type SvgOptions, toSvg } from './diagram/to-svg.ts';
export type { Flow, FlowHop, FlowMark, FlowOutcome, FlowSummary, HopKind, HopOutcome, Lane } from './flow.ts';
export { hopsOfRequest, repliesByMsgId } from './group-hops.ts';
export type { Hop, SeenMessage } from './hop.ts';
export type { LogLine } from './log-line.ts';
export { messageKey } from './message-key.ts';
export type { MessageRoute, MessageView } from './message-view.ts';
export { readHop } from './read-hop.ts';
export { type Routed, routeOf, topicMatches } from './route-of.ts';
export type { FlowsQuery, TraceChange, TraceOptions, TraceUsage } from './trace-options.ts';
export { TraceStore } from './trace-store.ts';
