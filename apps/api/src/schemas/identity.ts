import { z } from 'zod';

const domain = z.looseObject({ id: z.string().optional(), name: z.string().optional() });

/** Body of POST /v3/auth/tokens; keystone lets other methods and unknown keys through its schema, and so do we. */
export const authRequest = z.looseObject({
  auth: z.looseObject({
    identity: z.looseObject({
      methods: z.array(z.string()),
      password: z
        .looseObject({
          user: z.looseObject({
            id: z.string().optional(),
            name: z.string().optional(),
            domain: domain.optional(),
            password: z.string().optional(),
          }),
        })
        .optional(),
      token: z.looseObject({ id: z.string() }).optional(),
    }),
    scope: z
      .union([
        z.literal('unscoped'),
        z.looseObject({
          project: z
            .looseObject({ id: z.string().optional(), name: z.string().optional(), domain: domain.optional() })
            .optional(),
          domain: domain.optional(),
          system: z.looseObject({}).optional(),
        }),
      ])
      .optional(),
  }),
});
export type AuthRequest = z.infer<typeof authRequest>['auth'];

const named = z.strictObject({ id: z.string(), name: z.string() });
const owned = named.extend({ domain: named });

export const catalog = z.array(
  z.strictObject({
    id: z.string(),
    type: z.string(),
    name: z.string(),
    endpoints: z.array(
      z.strictObject({
        id: z.string(),
        interface: z.string(),
        region_id: z.string(),
        region: z.string(),
        url: z.string(),
      }),
    ),
  }),
);
export const tokenAnswer = z.strictObject({
  token: z.strictObject({
    methods: z.array(z.string()),
    user: owned.extend({ password_expires_at: z.null() }),
    audit_ids: z.array(z.string()),
    expires_at: z.string(),
    issued_at: z.string(),
    project: owned.optional(),
    is_domain: z.boolean().optional(),
    roles: z.array(named).optional(),
    catalog: catalog.optional(),
  }),
});
const links = z.strictObject({ self: z.string(), previous: z.null(), next: z.null() });
export const catalogAnswer = z.strictObject({ catalog, links });
const project = z.strictObject({
  id: z.string(),
  name: z.string(),
  domain_id: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  parent_id: z.string(),
  is_domain: z.boolean(),
  tags: z.array(z.string()),
  options: z.strictObject({}),
  links: z.strictObject({ self: z.string() }),
});
export const projectAnswer = z.strictObject({ project });
export const projectsAnswer = z.strictObject({ projects: z.array(project), links });
export const projectsQuery = z.looseObject({ name: z.string().optional(), domain_id: z.string().optional() });
