/** IPv4 arithmetic. Addresses are numbers from 0 to 2^32 - 1. */

/** A subnet's range: `10.0.0.0/20`. */
export interface Cidr {
  readonly network: number;
  readonly prefix: number;
  readonly broadcast: number;
}

const OCTET = /^(0|[1-9]\d{0,2})$/;

/** The number of a dotted address; undefined when the text is none (leading zeros are refused: some read them as octal). */
export function parseAddress(text: string): number | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let value = 0;
  for (const octet of octets) {
    if (!OCTET.test(octet) || Number(octet) > 255) return undefined;
    value = value * 256 + Number(octet);
  }
  return value;
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');
}

/** The range that a text names; undefined when it is none. Host bits may be set: `network` is without them. */
export function parseCidr(text: string): Cidr | undefined {
  const [address, prefixText, ...rest] = text.split('/');
  if (address === undefined || prefixText === undefined || rest.length > 0) return undefined;
  const value = parseAddress(address);
  if (value === undefined || !/^([0-9]|[12][0-9]|3[0-2])$/.test(prefixText)) return undefined;
  const prefix = Number(prefixText);
  const size = 2 ** (32 - prefix);
  const network = value - (value % size);
  return { network, prefix, broadcast: network + size - 1 };
}

export function formatCidr({ network, prefix }: Cidr): string {
  return `${formatAddress(network)}/${prefix}`;
}

/** Whether an address is one that a machine in this range can have: neither the network's nor the broadcast address. */
export function isHostAddress({ network, broadcast }: Cidr, address: number): boolean {
  return address > network && address < broadcast;
}

/**
 * The addresses given out when none are named: all host addresses, without the gateway where it is the first or the last.
 * A gateway in between is stepped over when addresses are given out.
 */
export function defaultPool({ network, broadcast }: Cidr, gateway: number | null): { first: number; last: number } {
  const first = network + 1;
  const last = broadcast - 1;
  return { first: first === gateway ? first + 1 : first, last: last === gateway ? last - 1 : last };
}
