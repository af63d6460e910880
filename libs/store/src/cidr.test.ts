import { describe, expect, test } from 'vitest';
import { defaultPool, formatAddress, formatCidr, isHostAddress, parseAddress, parseCidr } from './cidr.ts';

describe(parseAddress, () => {
  test.for([
    ['0.0.0.0', 0],
    ['10.0.0.1', 0x0a_00_00_01],
    ['127.255.255.255', 0x7f_ff_ff_ff],
    ['128.0.0.0', 0x80_00_00_00],
    ['255.255.255.255', 0xff_ff_ff_ff],
  ] as const)('%s is the number %d, and back', ([text, value]) => {
    expect(parseAddress(text)).toBe(value);
    expect(formatAddress(value)).toBe(text);
  });

  test.for([
    '',
    '10',
    '10.0.0',
    '10.0.0.0.0',
    '10.0.0.256',
    '10.0.0.-1',
    '10.0.0.01',
    '10.0.0.1 ',
    '10.0..1',
    '::1',
    'a.b.c.d',
    '1e1.0.0.0',
  ])('"%s" is no address', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe(parseCidr, () => {
  test.for([
    ['10.0.0.0/8', '10.0.0.0/8', '10.255.255.255'],
    ['10.0.0.0/20', '10.0.0.0/20', '10.0.15.255'],
    ['192.168.1.77/24', '192.168.1.0/24', '192.168.1.255'],
    ['192.168.1.77/30', '192.168.1.76/30', '192.168.1.79'],
    ['203.0.113.200/25', '203.0.113.128/25', '203.0.113.255'],
    ['255.255.255.255/32', '255.255.255.255/32', '255.255.255.255'],
    ['1.2.3.4/0', '0.0.0.0/0', '255.255.255.255'],
  ] as const)('%s is in %s, which ends with %s', ([text, range, broadcast]) => {
    const parsed = parseCidr(text);
    expect(parsed && formatCidr(parsed)).toBe(range);
    expect(parsed && formatAddress(parsed.broadcast)).toBe(broadcast);
  });

  test.for([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '/8',
    'fd00::/8',
  ])('"%s" is no range', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

describe(defaultPool, () => {
  test.for([
    ['10.0.0.0/29', '10.0.0.1', '10.0.0.2', '10.0.0.6'],
    ['10.0.0.0/29', '10.0.0.6', '10.0.0.1', '10.0.0.5'],
    ['10.0.0.0/29', '10.0.0.3', '10.0.0.1', '10.0.0.6'],
    ['10.0.0.0/29', null, '10.0.0.1', '10.0.0.6'],
    ['10.0.0.0/30', '10.0.0.1', '10.0.0.2', '10.0.0.2'],
    ['128.0.0.0/16', '128.0.0.1', '128.0.0.2', '128.0.255.254'],
  ] as const)('of %s with the gateway %s: %s to %s', ([cidr, gateway, first, last]) => {
    const range = parseCidr(cidr);
    const pool = range && defaultPool(range, gateway === null ? null : (parseAddress(gateway) ?? null));
    expect(pool && [formatAddress(pool.first), formatAddress(pool.last)]).toEqual([first, last]);
  });
});

describe(isHostAddress, () => {
  test.for([
    ['10.0.0.0', false],
    ['10.0.0.1', true],
    ['10.0.0.6', true],
    ['10.0.0.7', false],
    ['10.0.0.8', false],
    ['9.255.255.255', false],
  ] as const)('%s of 10.0.0.0/29: %s', ([address, isHost]) => {
    const range = parseCidr('10.0.0.0/29');
    const value = parseAddress(address);
    expect(range && value !== undefined && isHostAddress(range, value)).toBe(isHost);
  });
});
