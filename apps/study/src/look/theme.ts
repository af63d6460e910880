import { signal } from '@preact/signals';

/** `system` follows what the machine prefers. */
export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const KEY = 'theme';

/** What the person chose; kept in this browser. `/theme.js` sets it before the first paint. */
export const theme = signal<Theme>(kept());

/** System, light, dark, and round again. */
export function nextTheme(now: Theme): Theme {
  return THEMES[(THEMES.indexOf(now) + 1) % THEMES.length] ?? 'system';
}

/** Shows a theme and keeps the choice. */
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  if (chosen === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // storage may be forbidden: the choice holds for this page
  }
}

function kept(): Theme {
  try {
    const found = localStorage.getItem(KEY);
    return THEMES.find((one) => one === found) ?? 'system';
  } catch {
    return 'system';
  }
}
