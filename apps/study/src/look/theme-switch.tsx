import { chooseTheme, nextTheme, theme } from './theme.ts';

/** One button for three themes: it names the one that is on. */
export function ThemeSwitch() {
  return (
    <button type="button" class="plain" onClick={() => chooseTheme(nextTheme(theme.value))}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="M7 1a6 6 0 0 1 0 12z" fill="currentColor" />
      </svg>
      <span class="visually-hidden">Theme: </span>
      {theme}
    </button>
  );
}
