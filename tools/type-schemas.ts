import { type Checker, SymbolFlags, type Symbol as TsSymbol, type Type, TypeFlags } from 'typescript/unstable/sync';

/** JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** Reads JSON Schemas out of TypeScript's types. Interfaces and named object types become definitions, referred to by name. */
export class TypeSchemas {
  readonly #checker: Checker;
  readonly #definitions = new Map<string, Schema>();

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /** By name, sorted. */
  get definitions(): Readonly<Record<string, Schema>> {
    return Object.fromEntries([...this.#definitions].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The schema of a type as JSON shows it. */
  of(type: Type): Schema {
    const { flags } = type;
    if (flags & (TypeFlags.Any | TypeFlags.Unknown)) return {};
    if (flags & (TypeFlags.Null | TypeFlags.Void | TypeFlags.Undefined)) return { type: 'null' };
    if (flags & TypeFlags.Never) return { not: {} };
    if (type.isLiteralType()) return { const: type.value };
    if (flags & TypeFlags.String) return { type: 'string' };
    if (flags & TypeFlags.Number) return { type: 'number' };
    if (flags & TypeFlags.BigInt) return { type: 'integer' };
    if (flags & TypeFlags.Boolean) return { type: 'boolean' };
    if (type.isUnionType()) return this.#union(type.getTypes());
    if (type.isIntersectionType()) return this.#intersection(type, type.getTypes());
    if (flags & TypeFlags.Object) return this.#object(type);
    throw new Error(`${this.#checker.typeToString(type)} has no form in JSON that is known here`);
  }

  /** Literals of one kind become an enumeration; true and false are a boolean; undefined is what an optional key may be. */
  #union(types: readonly Type[]): Schema {
    const schemas = types.filter(({ flags }) => (flags & TypeFlags.Undefined) === 0).map((type) => this.of(type));
    const constants = schemas.filter((schema) => 'const' in schema).map((schema) => schema['const']);
    const booleans = constants.filter((value) => typeof value === 'boolean');
    const values = constants.filter((value) => typeof value !== 'boolean');
    const others = schemas.filter((schema) => !('const' in schema));
    if (booleans.length === 2) others.push({ type: 'boolean' });
    else values.push(...booleans);
    if (values.length === 1) others.unshift({ const: values[0] });
    if (values.length > 1) others.unshift({ enum: values });
    const [only] = others;
    if (others.length === 1 && only !== undefined) return only;
    const kinds = others.map((schema) => (Object.keys(schema).length === 1 ? schema['type'] : undefined));
    return kinds.every((kind) => typeof kind === 'string') ? { type: kinds } : { anyOf: others };
  }

  /** A text with a brand is a text; objects are merged. */
  #intersection(whole: Type, types: readonly Type[]): Schema {
    const primitive = types.find(({ flags }) => (flags & (TypeFlags.String | TypeFlags.Number)) !== 0);
    return primitive === undefined ? this.#properties(whole) : this.of(primitive);
  }

  #object(type: Type): Schema {
    const checker = this.#checker;
    if (checker.isTupleType(type) || checker.isArrayLikeType(type)) return this.#list(type);
    const [index] = checker.getIndexInfosOfType(type);
    if (index !== undefined) {
      const values = this.of(index.valueType);
      return { type: 'object', ...(Object.keys(values).length === 0 ? {} : { additionalProperties: values }) };
    }
    const name = nameOf(type);
    if (name === undefined) return this.#properties(type);
    if (!this.#definitions.has(name)) {
      this.#definitions.set(name, {}); // a type that holds itself finds it
      const description = type.getSymbol()?.getDocumentationComment(checker);
      this.#definitions.set(name, { ...described(description), ...this.#properties(type) });
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  #list(type: Type): Schema {
    if (!type.isTypeReference()) throw new Error(`${this.#checker.typeToString(type)} is a list of nothing known`);
    const items = this.#checker.getTypeArguments(type).map((item) => this.of(item));
    if (!this.#checker.isTupleType(type)) return { type: 'array', items: items[0] ?? {} };
    return { type: 'array', items, minItems: items.length, maxItems: items.length };
  }

  #properties(type: Type): Schema {
    const properties = this.#checker.getPropertiesOfType(type);
    return {
      type: 'object',
      ...(properties.length === 0 ? {} : { required: properties.filter(isRequired).map(({ name }) => name) }),
      properties: Object.fromEntries(properties.map((property) => [property.name, this.#property(property)])),
    };
  }

  #property(property: TsSymbol): Schema {
    const type = this.#checker.getTypeOfSymbol(property);
    const schema = type === undefined ? {} : this.of(type);
    // In draft 7 nothing beside a $ref counts.
    return '$ref' in schema ? schema : { ...described(property.getDocumentationComment(this.#checker)), ...schema };
  }
}

/** The name under which a type is defined; none for one that is written in place or made from another. */
function nameOf(type: Type): string | undefined {
  const alias = type.getAliasSymbol();
  if (alias !== undefined) return type.getAliasTypeArguments().length === 0 ? alias.name : undefined;
  const symbol = type.getSymbol();
  return symbol !== undefined && symbol.flags & SymbolFlags.Interface ? symbol.name : undefined;
}

function isRequired({ flags }: TsSymbol): boolean {
  return (flags & SymbolFlags.Optional) === 0;
}

/** A comment as a description, on one line. */
function described(comment: string | undefined): Schema {
  const description = comment?.replaceAll(/\s+/g, ' ').trim() ?? '';
  return description === '' ? {} : { description };
}
