import { describe, expect, test } from 'vitest';
import { InvalidTransportURL } from './errors.ts';
import { parseTransportUrl } from './transport-url.ts';

const guest = { username: 'guest', password: 'guest', port: 5672 };

describe(parseTransportUrl, () => {
  test.for([
    ['rabbit://', '/', [{ ...guest, hostname: 'localhost' }]],
    ['rabbit://h', '/', [{ ...guest, hostname: 'h' }]],
    ['rabbit://h/', '/', [{ ...guest, hostname: 'h' }]],
    ['rabbit://h//', '/', [{ ...guest, hostname: 'h' }]],
    ['rabbit://h/%2F', '/', [{ ...guest, hostname: 'h' }]],
    ['amqp://h:1/cloud', 'cloud', [{ ...guest, hostname: 'h', port: 1 }]],
    ['kombu://[::1]:5673/a', 'a', [{ ...guest, hostname: '::1', port: 5673 }]],
    ['rabbit://u:p@h/', '/', [{ hostname: 'h', port: 5672, username: 'u', password: 'p' }]],
    ['rabbit://u:p:q@x@h/', '/', [{ hostname: 'h', port: 5672, username: 'u', password: 'p:q@x' }]],
    ['rabbit://a%40b:p%2Fq@h/', '/', [{ hostname: 'h', port: 5672, username: 'a@b', password: 'p/q' }]],
    [
      'rabbit://u:p@h1:1,h2:2/v',
      'v',
      [
        { hostname: 'h1', port: 1, username: 'u', password: 'p' },
        { ...guest, hostname: 'h2', port: 2 },
      ],
    ],
  ] as const)('%s', ([url, virtualHost, hosts]) => {
    expect(parseTransportUrl(url)).toMatchObject({ virtualHost, hosts });
  });

  test('options come from the query, repeated ones joined', () => {
    const { query } = parseTransportUrl('rabbit://h/v?ssl=true&a=1&a=2');
    expect([...query]).toEqual([
      ['ssl', 'true'],
      ['a', '1,2'],
    ]);
  });

  test.for([
    ['h:5672', /form/],
    ['http://h/', /scheme 'http'/],
    ['rabbit://h:port/', /port 'port' of host 1/],
    ['rabbit://a,h:99999/', /port '99999' of host 2/],
    ['rabbit://u:p@h:port/', /port 'port' of host 1/],
    ['rabbit://u:a/b@h/', /write %2F/],
    ['rabbit://u:%zz@h/', /password/],
  ] as const)('%s is refused', ([url, message]) => {
    expect(() => parseTransportUrl(url)).toThrow(InvalidTransportURL);
    expect(() => parseTransportUrl(url)).toThrow(message);
  });

  test.for([
    'rabbit://u:S3c/ret@h/',
    'rabbit://u:S3c?ret@h/',
    'rabbit://h1,u:S3c/ret@h2:5672/v',
    'rabbit://u:S3c,ret@h/',
    'rabbit://u:S3c%zz@h/',
    'rabbit://u:p@h:S3c/ret@h/',
  ])('%s is refused without a word of its password', (url) => {
    const parse = () => parseTransportUrl(url);
    expect(parse).toThrow(InvalidTransportURL);
    expect(parse).not.toThrow(/S3c|ret/);
  });
});
