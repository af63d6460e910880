/** Reply codes and their names on the wire (RabbitMQ, rabbit_framing_amqp_0_9_1). */
const names = {
  311: 'CONTENT_TOO_LARGE',
  312: 'NO_ROUTE',
  313: 'NO_CONSUMERS',
  320: 'CONNECTION_FORCED',
  402: 'INVALID_PATH',
  403: 'ACCESS_REFUSED',
  404: 'NOT_FOUND',
  405: 'RESOURCE_LOCKED',
  406: 'PRECONDITION_FAILED',
  501: 'FRAME_ERROR',
  502: 'SYNTAX_ERROR',
  503: 'COMMAND_INVALID',
  504: 'CHANNEL_ERROR',
  505: 'UNEXPECTED_FRAME',
  506: 'RESOURCE_ERROR',
  530: 'NOT_ALLOWED',
  540: 'NOT_IMPLEMENTED',
  541: 'INTERNAL_ERROR',
} as const;

export type ReplyCode = keyof typeof names;

/** Codes that end a channel; all others end the connection (AMQP 0-9-1 §1.2, soft and hard errors). */
const softCodes: ReadonlySet<ReplyCode> = new Set([311, 312, 313, 403, 404, 405, 406]);

/** A refusal that the client is told in channel.close or connection.close, in RabbitMQ's words. */
export class AmqpError extends Error {
  override readonly name = 'AmqpError';
  readonly code: ReplyCode;
  /** True: the whole connection ends; false: only the channel. */
  readonly isHard: boolean;

  constructor(code: ReplyCode, explanation: string) {
    super(`${names[code]} - ${explanation}`);
    this.code = code;
    this.isHard = !softCodes.has(code);
  }
}
