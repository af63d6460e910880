import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** scrypt's cost: about 40 ms and 16 MiB a password. */
const COST = { N: 16_384, r: 8, p: 1 };
const KEY_BYTES = 32;
/** Stands in for the hash of a user that is not there; nothing is asked of it but that it takes as long. */
const NOBODY = written(Buffer.alloc(16), Buffer.alloc(KEY_BYTES));

/** The password's hash with a salt of its own. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return written(salt, key);
}

/** Whether the password is the one hashed; takes as long for a user that is not there (`hash` undefined). */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [scheme, N, r, p, salt = '', key = ''] = (hash ?? NOBODY).split('$');
  if (scheme !== 'scrypt') return false;
  const expected = Buffer.from(key, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(given, expected) && hash !== undefined;
}

function derive(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, cost, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

/** `scrypt$N$r$p$salt$key`, salt and key in base64: a later change of the cost leaves old passwords valid. */
function written(salt: Buffer, key: Buffer): string {
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join('$');
}
