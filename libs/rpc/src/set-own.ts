/** Gives an object a property of any name: to assign `__proto__`, as a peer may call a key, would change the prototype instead. */
export function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
