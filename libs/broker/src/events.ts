/** What the broker tells its owner, for a log. */
export interface BrokerEvent {
  readonly kind:
    | 'listening'
    | 'connected'
    | 'disconnected'
    | 'refused'
    | 'channel-error'
    | 'connection-error'
    | 'closed';
  /** Which connection it is about; absent for the broker itself. */
  readonly connection?: string;
  readonly text: string;
}
