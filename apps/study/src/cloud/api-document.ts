import { ACTIONS, type Action } from '@novasim/cloud';

/** What the pages read of an API's OpenAPI document. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, PathItem>>;
}

interface PathItem {
  readonly post?: {
    readonly requestBody?: {
      readonly content?: Readonly<
        Record<string, { readonly schema?: { readonly properties?: Readonly<Record<string, unknown>> } }>
      >;
    };
  };
}

/** The actions on servers that an API says it takes, by their keys: `os-stop`, `reboot`. None where it has no such path. */
export function actionKeysOf(document: ApiDocument | undefined): ReadonlySet<string> | undefined {
  if (document === undefined) return undefined;
  const [, item] = Object.entries(document.paths).find(([path]) => path.endsWith('/servers/{id}/action')) ?? [];
  return new Set(Object.keys(item?.post?.requestBody?.content?.['application/json']?.schema?.properties ?? {}));
}

/** Whether an API takes an action; as long as it has not said, it is asked. */
export function isTaken(action: Action, keys: ReadonlySet<string> | undefined): boolean {
  const [key] = Object.keys(ACTIONS[action].body ?? {});
  return key === undefined || keys === undefined || keys.has(key);
}
