/** Bytes that are no AMQP. The connection that sent them is closed; nobody else notices. */
export class SyntaxFault extends Error {
  override readonly name = 'SyntaxFault';
}
