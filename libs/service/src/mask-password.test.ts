import { expect, test } from 'vitest';
import { maskPassword } from './mask-password.ts';

test.for([
  ['rabbit://u:secret@a:5672,u:secret@b/v', 'rabbit://u:***@a:5672,u:***@b/v'],
  ['rabbit://u:p@h1,u2:p2@h2/v', 'rabbit://u:***@h1,u2:***@h2/v'],
  ['rabbit://h1:5672,u2:p2@h2:5672/v', 'rabbit://h1:5672,u2:***@h2:5672/v'],
  ['rabbit://h1:5672,h2:5672/v', 'rabbit://h1:5672,h2:5672/v'],
  ['rabbit://u:p,q@h1/v', 'rabbit://u:***@h1/v'],
  ['rabbit://[::1]:5672,u:p@[::2]/v', 'rabbit://[::1]:5672,u:***@[::2]/v'],
  ['http://u:S3cr/et@h', 'http://u:***@h'],
  ['http://u:S3cr/e,t@h/p', 'http://u:***@h/p'],
  ['http://u:S3?cr#et@h/p', 'http://u:***@h/p'],
  ['mysql://u:S3@cret@h/db', 'mysql://u:***@h/db'],
  ['amqp://:secret@h/', 'amqp://:***@h/'],
  ['postgres:/u:secret@h/db', 'postgres:/u:***@h/db'],
  ['postgres://u@h/db?password=secret', 'postgres://u@h/db?password=***'],
  ['postgres://h/db?a=1&sslpassword=se%26cret&b=2', 'postgres://h/db?a=1&sslpassword=***&b=2'],
  ['postgres://h/db?PWD=x&pass=y', 'postgres://h/db?PWD=***&pass=***'],
  ['http://h/?client_secret=x&auth-token=y', 'http://h/?client_secret=***&auth-token=***'],
  ['http://h/?password=se@cret', 'http://h/?password=***'],
  ['http://h/p#access_token=x', 'http://h/p#access_token=***'],
  ['http://h:80/mail@example', 'http://h:***@example'],
  ['http://h:80/?password=se@cret', 'http://h:***'],
  ['postgres://u:p@h/db?password=se@cret', 'postgres://u:***'],
  ['rabbit://u:S3@c,ret@h/v', 'rabbit://u:***@h/v'],
  ['rabbit://u:S3c,re:t@h/v', 'rabbit://u:***@h/v'],
  ['rabbit://u:p@h1,h2,u3:p3@h3/v', 'rabbit://u:***@h1,h2,u3:***@h3/v'],
  ['u:secret@h', 'u:***@h'],
  ['http://h/mail@example?a=1', 'http://h/mail@example?a=1'],
  ['postgres://me@h/db', 'postgres://me@h/db'],
  ['sqlite:/x.db', 'sqlite:/x.db'],
])('%s is shown as %s', ([url = '', shown]) => {
  expect(maskPassword(url)).toBe(shown);
});
