// Runs before the first paint, so that a chosen theme does not flash in the other one. A file, because the policy allows no inline script.
try {
  const theme = localStorage.getItem('theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {} // storage may be forbidden: then the system's theme stands
