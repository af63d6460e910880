import type { Compilable, CompiledQuery, QueryId } from 'kysely';

/** Names an argument of a statement where its value would stand. */
export type Param<Args> = <Name extends keyof Args & string>(name: Name) => Args[Name];

/** Stands for a value until the statement is run. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is built and compiled once and then only given its arguments: building one with Kysely costs several times
 * what SQLite needs to run it, and a boot makes about thirty.
 */
export class Statement<Args, Row> {
  readonly #build: (param: Param<Args>) => Compilable<Row>;
  #compiled: CompiledQuery<Row> | undefined;

  constructor(build: (param: Param<Args>) => Compilable<Row>) {
    this.#build = build;
  }

  bind(args: Args): CompiledQuery<Row> {
    this.#compiled ??= this.#build((name) => new Slot(name) as never).compile(); // a slot passes for a value of any type
    const { sql, query, parameters } = this.#compiled;
    const values = args as Readonly<Record<string, unknown>>; // Args is what the slots are named by
    return {
      sql,
      query,
      queryId: this.#compiled.queryId satisfies QueryId,
      parameters: parameters.map((parameter) => (parameter instanceof Slot ? values[parameter.name] : parameter)),
    };
  }
}
