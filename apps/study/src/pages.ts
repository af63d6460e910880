import type { ComponentType } from 'preact';
import { ComparePage } from './compare/compare-page.tsx';
import { FlowPage } from './flow/flow-page.tsx';
import { FlowsPage } from './flows/flows-page.tsx';
import { lazyView } from './router/lazy-view.tsx';
import { matchPath, type Params } from './router/routes.ts';

/** A view with its URL. Those with a `nav` stand in the navigation, in this order; their number is their key. */
export interface Page {
  readonly path: string;
  readonly title: string;
  readonly View: ComponentType<{ readonly params: Params }>;
  readonly nav?: string;
  /** Path of the page in the navigation that this one belongs to. */
  readonly under?: string;
}

const BusPage = lazyView('Bus', async () => (await import('./bus/bus-page.tsx')).BusPage);
const CloudPage = lazyView('Cloud', async () => (await import('./cloud/cloud-page.tsx')).CloudPage);
const LabPage = lazyView('Lab', async () => (await import('./lab/lab-page.tsx')).LabPage);

export const PAGES: readonly Page[] = [
  { path: '/flows', title: 'Flows', View: FlowsPage, nav: 'Flows' },
  { path: '/', title: 'Flows', View: FlowsPage, under: '/flows' },
  { path: '/flows/:id', title: 'Flow', View: FlowPage, under: '/flows' },
  { path: '/compare/:a/:b', title: 'Two flows', View: ComparePage, under: '/flows' },
  { path: '/bus', title: 'Bus', View: BusPage, nav: 'Bus' },
  { path: '/cloud', title: 'Cloud', View: CloudPage, nav: 'Cloud' },
  { path: '/lab', title: 'Lab', View: LabPage, nav: 'Lab' },
];

/** The pages of the navigation. */
export const NAVIGATION = PAGES.filter(({ nav }) => nav !== undefined);

/** The page of a path, with the values in it. */
export function pageOf(path: string): { readonly page: Page; readonly params: Params } | undefined {
  for (const page of PAGES) {
    const params = matchPath(page.path, path);
    if (params) return { page, params };
  }
  return undefined;
}
