import { NoSuchMethod, UnsupportedVersion } from './errors.ts';
import { assertArguments } from './signature.ts';
import type { Endpoint, EndpointMethod, RequestContext } from './types.ts';
import { compatible } from './version.ts';

/** Whether a method of an endpoint may be called from the bus. */
export type AccessPolicy = (endpoint: object, method: string) => boolean;

/** The default policy: names that start with an underscore are private. */
export const publicMethods: AccessPolicy = (_endpoint, method) => !method.startsWith('_');

/** A method found for a request, to be run. */
export interface FoundMethod {
  readonly method: EndpointMethod;
  /** @throws {TypeError} when the endpoint's signature does not fit the arguments. */
  assertArguments(args: Readonly<Record<string, unknown>>): void;
  run(context: RequestContext, args: Readonly<Record<string, unknown>>): unknown;
}

/** Names that are no methods, whatever an endpoint has under them. */
const reserved = new Set(['constructor', 'endpointTarget', 'signatures']);
/** Found methods are remembered; a client that invents versions must not fill the memory. */
const mostRemembered = 1_000;

/** Finds the method for a request: endpoints in order, namespace, version, name, policy. Rule: rpc/dispatcher.py. */
export class Dispatcher {
  readonly #endpoints: readonly Endpoint[];
  readonly #isAllowed: AccessPolicy;
  readonly #found = new Map<string, FoundMethod>();

  constructor(endpoints: readonly object[], isAllowed: AccessPolicy = publicMethods) {
    this.#endpoints = endpoints;
    this.#isAllowed = isAllowed;
  }

  /**
   * @throws {NoSuchMethod} when an endpoint fits but none has the method, {@link UnsupportedVersion} when none fits (an
   * unknown namespace too), RangeError when the version is no version.
   */
  find(namespace: string | undefined, version: string, method: string): FoundMethod {
    // An empty namespace is one too, and not the absent one.
    const key = `${namespace === undefined ? '' : `|${namespace}`}|${version}|${method}`;
    const remembered = this.#found.get(key);
    if (remembered !== undefined) return remembered;
    const found = this.#search(namespace, version, method);
    if (this.#found.size < mostRemembered) this.#found.set(key, found);
    return found;
  }

  #search(namespace: string | undefined, version: string, name: string): FoundMethod {
    let isCompatible = false;
    for (const endpoint of this.#endpoints) {
      if (!answersTo(endpoint, namespace)) continue;
      if (!compatible(endpoint.endpointTarget?.version ?? '1.0', version)) continue;
      isCompatible = true;
      const method = methodOf(endpoint, name);
      if (method !== undefined && this.#isAllowed(endpoint, name)) return bind(endpoint, name, method);
    }
    throw isCompatible ? new NoSuchMethod(name) : new UnsupportedVersion(version, name);
  }
}

function answersTo({ endpointTarget }: Endpoint, namespace: string | undefined): boolean {
  if (endpointTarget?.namespace === namespace) return true;
  return namespace !== undefined && endpointTarget?.legacyNamespaces?.includes(namespace) === true;
}

/** The method by that name of the object or its class; nothing that every object has. */
function methodOf(endpoint: object, name: string): EndpointMethod | undefined {
  if (reserved.has(name)) return undefined;
  for (let owner: object | null = endpoint; owner !== null; owner = Object.getPrototypeOf(owner)) {
    if (owner === Object.prototype || owner === Function.prototype) return undefined;
    if (!Object.hasOwn(owner, name)) continue;
    const method = (endpoint as Record<string, unknown>)[name];
    return typeof method === 'function' ? (method as EndpointMethod) : undefined; // called with what endpoints get
  }
  return undefined;
}

function bind(endpoint: Endpoint, name: string, method: EndpointMethod): FoundMethod {
  const { signatures } = endpoint;
  const signature = signatures !== undefined && Object.hasOwn(signatures, name) ? signatures[name] : undefined;
  const owner = endpoint.constructor?.name ?? 'Endpoint';
  return {
    method,
    assertArguments: (args) => {
      if (signature !== undefined) assertArguments(owner, name, signature, args);
    },
    run: (context, args) => method.call(endpoint, context, args),
  };
}
