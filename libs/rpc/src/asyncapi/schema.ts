/** JSON Schema, as AsyncAPI takes it. */
export type Schema = Readonly<Record<string, unknown>>;
