export { violationsOf } from './axe.ts';
export { isBrowserWanted, openChromium } from './chromium.ts';
