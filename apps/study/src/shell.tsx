import { useEffect, useRef } from 'preact/hooks';
import { LiveSign } from './data/live-sign.tsx';
import { Problems } from './data/problems.tsx';
import { useKeys } from './keys/key-map.ts';
import { isKeysOpen, KeysDialog } from './keys/keys-dialog.tsx';
import { chooseTheme, nextTheme, theme } from './look/theme.ts';
import { ThemeSwitch } from './look/theme-switch.tsx';
import { NAVIGATION, pageOf } from './pages.ts';
import { Notice } from './parts/notice.tsx';
import { Link } from './router/link.tsx';
import { here, navigate } from './router/location.ts';

/** What is around every view: where one can go, whether the bus is seen live, the keys. */
export function Shell() {
  const { pathname } = here.value;
  const found = pageOf(pathname);
  const title = found?.page.title ?? 'Nothing here';
  useEffect(() => {
    document.title = `${title} · novasim`;
  }, [title]);
  const view = useRef<HTMLElement>(null);
  const before = useRef(pathname);
  useEffect(() => {
    // Whoever hears the page is told that it is another one; a loaded page says so itself.
    if (before.current !== pathname) view.current?.focus({ preventScroll: true });
    before.current = pathname;
  }, [pathname]);
  useKeys('Everywhere', EVERYWHERE);

  return (
    <div class="shell">
      <header class="masthead">
        <a class="skip button" href="#view">
          Skip to the view
        </a>
        <Link class="wordmark" href="/flows">
          novasim
        </Link>
        <nav aria-label="Pages">
          <ul>
            {NAVIGATION.map(({ path, nav }) => (
              <li key={path}>
                <Link href={path} aria-current={path === (found?.page.under ?? found?.page.path) ? 'page' : undefined}>
                  {nav}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div class="ends">
          <LiveSign />
          <ThemeSwitch />
          <button type="button" class="plain" onClick={showKeys}>
            <kbd>?</kbd> Keys
          </button>
        </div>
      </header>
      <Problems />
      <main ref={view} class="page" id="view" tabIndex={-1}>
        {found ? (
          <found.page.View key={found.page.path} params={found.params} />
        ) : (
          <Notice isWholePage title="There is no such page">
            <p>
              Nothing is at {pathname}. <Link href="/flows">All flows</Link> are the place to begin.
            </p>
          </Notice>
        )}
      </main>
      <KeysDialog />
    </div>
  );
}

const showKeys = () => {
  isKeysOpen.value = true;
};

const EVERYWHERE = [
  ...NAVIGATION.map(({ path, nav }, index) => ({
    keys: [String(index + 1)],
    does: `Go to ${nav}`,
    run: () => navigate(path),
  })),
  { keys: ['t'], does: 'Next theme', run: () => chooseTheme(nextTheme(theme.peek())) },
  { keys: ['?'], does: 'This list of keys', run: showKeys },
];
