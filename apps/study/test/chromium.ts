export { isBrowserWanted, openChromium } from '@novasim/testkit/browser';
