import { z } from 'zod';

const nothing = z.unknown().optional().meta({ description: 'null; what else stands here is not looked at' });

/** The actions that are served, by their key in the body. */
const served = {
  'os-start': nothing,
  'os-stop': nothing,
  reboot: z.strictObject({ type: z.enum(['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft']) }).optional(),
  pause: nothing,
  unpause: nothing,
  suspend: nothing,
  resume: nothing,
  lock: nothing,
  unlock: nothing,
};
export type ActionKey = keyof typeof served;

/** Body of POST /servers/{id}/action: one action by its key (nova/api/openstack/wsgi.py, action_peek). */
export const serverAction = z
  .looseObject(served)
  .superRefine((body, context) => {
    const fault = faultOf(Object.keys(body));
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault, params: { isWhole: true } });
  })
  .meta({ minProperties: 1, maxProperties: 1 });
export type ServerAction = z.infer<typeof serverAction>;

function faultOf([key, ...others]: readonly string[]): string | undefined {
  if (key === undefined || others.length > 0) return 'Malformed request body';
  return isServed(key) ? undefined : `There is no such action: ${key}`;
}

function isServed(key: string): key is ActionKey {
  return Object.hasOwn(served, key);
}

/** Which action a checked body asks for. */
export function keyOf(body: ServerAction): ActionKey {
  const key = Object.keys(body).find(isServed);
  if (key === undefined) throw new Error('a checked body names an action');
  return key;
}
