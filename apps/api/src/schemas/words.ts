import { z } from 'zod';

const TRUE = ['True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes', 'y', 't'] as const;
const FALSE = ['False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no', 'n', 'f'] as const;

/** A truth in any of the spellings that Nova takes (nova/api/validation/parameter_types.py, boolean). */
export const truth = z
  .union([z.boolean(), z.enum([...TRUE, ...FALSE])])
  .transform((value) => value === true || (TRUE as readonly unknown[]).includes(value));

const INVALID_NAME =
  "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.";

/** A name of 1 to 255 printable characters, without whitespace around it. */
export const name = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !/^\s|\s$|[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(text), {
    message: INVALID_NAME,
    params: { isWhole: true },
  });

/** A whole number from 1 on, also as a text. */
export const positiveInteger = z
  .union([
    z.int().min(1),
    z
      .string()
      .min(1)
      .regex(/^[0-9]*$/),
  ])
  .transform(Number)
  .pipe(z.int().min(1));

/** What a `limit` in a query may be. */
export const limit = z
  .string()
  .regex(/^[0-9]*$/)
  .meta({ description: 'Most items of the answer' });

export const marker = z.string().meta({ description: 'The last item of the page before' });
export const sortDir = z.enum(['asc', 'desc']);

export const link = z.strictObject({ rel: z.string(), href: z.string() });
/** `next` of a list whose page is full. */
export const pageLinks = z.array(link).optional();
export const seconds = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
export const micros = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
