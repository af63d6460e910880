export { violationsOf } from '@novasim/testkit/browser';
