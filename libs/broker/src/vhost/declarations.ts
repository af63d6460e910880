import type { FieldTable } from '../codec/field-table.ts';

/** exchange.declare. */
export interface ExchangeDeclaration {
  readonly name: string;
  readonly type: string;
  readonly isPassive: boolean;
  readonly isDurable: boolean;
  readonly isAutoDelete: boolean;
  readonly isInternal: boolean;
  readonly args: FieldTable;
}

/** queue.declare. */
export interface QueueDeclaration {
  readonly name: string;
  readonly isPassive: boolean;
  readonly isDurable: boolean;
  readonly isExclusive: boolean;
  readonly isAutoDelete: boolean;
  readonly args: FieldTable;
}
