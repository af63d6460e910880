import type { Params } from '../router/routes.ts';

/** Two requests side by side. */
export function ComparePage({ params }: { readonly params: Params }) {
  return (
    <h1>
      {params['a']} and {params['b']}
    </h1>
  );
}
