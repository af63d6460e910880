import { defaultPool, formatAddress, formatCidr, isHostAddress, parseAddress, parseCidr } from './cidr.ts';
import { InvalidValue } from './errors.ts';
import type { SubnetRow } from './schema.ts';
import type { Networks } from './store.ts';

export type NewNetwork = Parameters<Networks['create']>[0];

/** Larger ranges would not fit the number an offset is kept as; smaller ones have no room for a gateway and a machine. */
const PREFIX_MIN = 8;
const PREFIX_MAX = 30;
const NAME_MAX = 255;

/**
 * The subnet of a new network: gateway at the first address unless named (null: none), pool all others unless named.
 * @throws InvalidValue naming the field
 */
export function planSubnet(
  network: NewNetwork,
): Pick<SubnetRow, 'cidr' | 'gateway_offset' | 'first_offset' | 'last_offset'> {
  if (network.name.length > NAME_MAX)
    throw new InvalidValue('name', network.name, `is longer than ${NAME_MAX} characters`);
  const range = parseCidr(network.cidr);
  if (range === undefined) throw new InvalidValue('cidr', network.cidr, 'is not an IPv4 range such as 10.0.0.0/24');
  if (formatCidr(range) !== network.cidr) {
    throw new InvalidValue('cidr', network.cidr, `does not begin its range: ${formatCidr(range)} does`);
  }
  if (range.prefix < PREFIX_MIN || range.prefix > PREFIX_MAX) {
    throw new InvalidValue('cidr', network.cidr, `must have a prefix from /${PREFIX_MIN} to /${PREFIX_MAX}`);
  }

  const hostAddress = (field: string, text: string): number => {
    const value = parseAddress(text);
    if (value === undefined) throw new InvalidValue(field, text, 'is not an IPv4 address');
    if (!isHostAddress(range, value)) throw new InvalidValue(field, text, `is not a host address of ${network.cidr}`);
    return value;
  };
  const { gateway_ip = formatAddress(range.network + 1) } = network;
  const gateway = gateway_ip === null ? null : hostAddress('gateway_ip', gateway_ip);
  const { allocation_start, allocation_end } = network;
  const pool = defaultPool(range, gateway);
  const first = allocation_start === undefined ? pool.first : hostAddress('allocation_start', allocation_start);
  const last = allocation_end === undefined ? pool.last : hostAddress('allocation_end', allocation_end);
  if (first > last) {
    const end = formatAddress(last);
    throw new InvalidValue('allocation_start', formatAddress(first), `is behind the end of the pool, ${end}`);
  }
  const isPoolNamed = allocation_start !== undefined || allocation_end !== undefined;
  if (isPoolNamed && gateway !== null && gateway >= first && gateway <= last) {
    throw new InvalidValue('gateway_ip', formatAddress(gateway), 'is inside the allocation pool');
  }
  return {
    cidr: network.cidr,
    gateway_offset: gateway === null ? null : gateway - range.network,
    first_offset: first - range.network,
    last_offset: last - range.network,
  };
}
