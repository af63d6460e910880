import { describe, expect, test } from 'vitest';
import { maskText } from './mask-text.ts';
import { maskValue } from './mask-value.ts';

const SECRET = 'hunter2"\\ß';

describe(maskText, () => {
  test.for([
    '_context_auth_token',
    'auth_token',
    'password',
    'adminPass',
    'admin_password',
    'admin_pass',
    'new_pass',
    'user_data',
    'token',
    'X-Auth-Token',
    'client_secret',
    'private_key',
    'OS-FOO:password',
  ])('%s is masked at every depth of texts within texts, and the JSON stays valid', (name) => {
    let value: unknown = { before: 'kept', args: [{ [name]: SECRET, after: 1 }] };
    for (let depth = 0; depth < 4; depth++) {
      const masked: unknown = JSON.parse(maskText(JSON.stringify(value)));
      let inner = masked;
      for (let unwrapped = 0; unwrapped < depth; unwrapped++) {
        inner = JSON.parse((inner as { 'oslo.message': string })['oslo.message']); // wrapped below
      }
      expect(inner).toEqual({ before: 'kept', args: [{ [name]: '***', after: 1 }] });
      value = { 'oslo.message': JSON.stringify(value), 'oslo.version': '2.0' };
    }
  });

  test.for([
    ['a number', 12345],
    ['an object', { user: 'a"]}', domain: ['x', { y: '}' }] }],
    ['a list', ['a', ['b']]],
    ['a JSON text', '{"a":"b\\"c"}'],
  ] as const)('%s is masked whole, in an envelope too', ([, secret]) => {
    const inner = { token: secret, after: 'kept' };
    expect(JSON.parse(maskText(JSON.stringify(inner)))).toEqual({ token: '***', after: 'kept' });
    const outer = JSON.parse(maskText(JSON.stringify({ m: JSON.stringify(inner), after: 'kept' }))) as { m: string };
    expect(JSON.parse(outer.m)).toEqual({ token: '***', after: 'kept' });
  });

  test.for([
    ['no value', '{"password": null, "token": "", "secret": true}'],
    ['a name as a value', '{"method": "set_admin_password", "changes": ["user_data", "x"]}'],
    ['other words', '{"pci_passthrough": "a", "bypass": "b", "passed": 1, "compass": "n"}'],
    ['plain text', 'the quick brown fox: 1'],
  ] as const)('%s stays as it is', ([, text]) => {
    expect(maskText(text)).toBe(text);
  });

  test.for([
    ['a text that was cut', '{"a": {"password": "hunter2 and mo', '{"a": {"password": "***'],
    ['a cut in an envelope', '{"m": "{\\"token\\": \\"hunter2', '{"m": "{\\"token\\": \\"***'],
    ['an envelope that ends too early', '{"m": "{\\"token\\": \\"hunter2"}', '{"m": "{\\"token\\": \\"***"}'],
    ['a form', 'user=a&password=hunter2&x=1', 'user=a&password=***&x=1'],
    ['a query in JSON', '{"path":"/a?token=hunter2&b=1"}', '{"path":"/a?token=***&b=1"}'],
    ["Python's repr", "{'auth_token': u'hunter2', 'x': 1}", "{'auth_token': u'***', 'x': 1}"],
    [
      'a repr in a failure',
      '{"message":"got {\'admin_pass\': \'hunter2\'}"}',
      '{"message":"got {\'admin_pass\': \'***\'}"}',
    ],
    ['a header', 'Authorization: Bearer hunter2\r\nx: 1', 'Authorization: Bearer ***\r\nx: 1'],
    ['XML', '<password>hunter2</password>', '<password>***</password>'],
    ['a line of a configuration', 'admin_password = hunter2\nuser = a', 'admin_password = ***\nuser = a'],
    ['a name in escapes', '{"pass\\u0077ord": "hunter2"}', '{"password": "***"}'],
  ] as const)('%s', ([, text, masked]) => {
    expect(maskText(text)).toBe(masked);
  });

  test('a long text without a secret name is handed back as it is', () => {
    const text = JSON.stringify({ args: 'x'.repeat(1_000_000) });
    expect(maskText(text)).toBe(text);
  });
});

test('headers are masked by name and by what stands in them', () => {
  expect(
    maskValue({
      'x-auth-token': 'abc',
      nested: [{ secret: Buffer.from('abc'), url: '/?token=abc' }],
      n: 1,
      password: null,
    }),
  ).toEqual({ 'x-auth-token': '***', nested: [{ secret: '***', url: '/?token=***' }], n: 1, password: null });
});
